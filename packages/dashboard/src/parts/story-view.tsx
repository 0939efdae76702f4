import { useEffect, useState } from 'preact/hooks';
import type { Part } from '../live/story.ts';
import { editIn } from '../live/edits.ts';
import { TEXTS } from '../texts.ts';
import { Ansi } from './ansi.tsx';
import { DiffLines } from './diff-lines.tsx';

/** So many parts are shown at once: the last ones. */
const SHOWN = 200;
/** So much of a result is shown at once, in characters. */
const LONG = 4000;

/** What an agent said and did, in its order. */
export function StoryView({ parts, at }: { parts: readonly Part[]; at: number | null }) {
  const [shown, setShown] = useState(SHOWN);
  const isThere = at !== null && parts.some((part) => Math.abs(part.seq) >= at);
  useEffect(() => {
    if (!isThere) return;
    // What it is in may be folded, and is drawn with the parts before it.
    requestAnimationFrame(() => {
      const element = document.getElementById(`e${String(at)}`);
      element?.scrollIntoView({ block: 'center' });
      element?.classList.add('hit');
    });
  }, [isThere, at]);
  if (parts.length === 0) return <p class="muted">{TEXTS.noStory}</p>;
  const hidden = Math.max(0, parts.length - (isThere ? Infinity : shown));
  return (
    <>
      {hidden > 0 && (
        <button type="button" onClick={() => setShown(shown + SHOWN)}>
          Show {Math.min(SHOWN, hidden)} earlier parts of {parts.length}
        </button>
      )}
      <Parts parts={parts.slice(hidden)} />
    </>
  );
}

function Parts({ parts }: { parts: readonly Part[] }) {
  return (
    <ol class="story">
      {parts.map((part) => (
        <li key={Math.abs(part.seq)} id={`e${String(Math.abs(part.seq))}`} class={part.kind}>
          <PartView part={part} />
        </li>
      ))}
    </ol>
  );
}

function PartView({ part }: { part: Part }) {
  switch (part.kind) {
    case 'text':
      return <p class="said">{part.text}</p>;
    case 'thinking':
      return (
        <details>
          <summary class="muted">thinking</summary>
          <p class="said muted">{part.text}</p>
        </details>
      );
    case 'note':
      return (
        <p class={part.tone === '' ? 'muted' : part.tone === 'bad' ? 'bad' : 'warn-text'}>{part.text}</p>
      );
    case 'gap':
      return <p class="muted">{TEXTS.gap}</p>;
    case 'tool':
      return <Tool part={part} />;
  }
}

function Tool({ part: { name, input, result, inner } }: { part: Extract<Part, { kind: 'tool' }> }) {
  const exit = result?.exitCode ?? null;
  const isBad = result?.isError === true || (exit !== null && exit !== 0);
  return (
    <details open={isBad || inner.length > 0}>
      <summary>
        <b>{name}</b> <code class="subject">{subjectOf(input)}</code>{' '}
        <span class={isBad ? 'bad' : 'muted'}>
          {result === null
            ? 'runs …'
            : exit === null
              ? isBad
                ? 'failed'
                : 'done'
              : `exit code ${String(exit)}`}
        </span>
      </summary>
      {inner.length === 0 ? (
        <>
          <Input input={input} />
          {result !== null && <Long label="Result" text={textOf(result.content)} />}
        </>
      ) : (
        <>
          <section class="inner" aria-label={`What the agent of ${name} did`}>
            <Parts parts={inner} />
          </section>
          <details>
            <summary class="muted">what it was asked, and what it answered</summary>
            <Input input={input} />
            {result !== null && <Long label="Result" text={textOf(result.content)} />}
          </details>
        </>
      )}
    </details>
  );
}

/** What a tool was called with: an edit as one reads it, a command as it was typed, and the rest as data. */
function Input({ input }: { input: unknown }) {
  const edit = editIn(input);
  if (edit !== null) return <DiffLines lines={edit.lines} label={edit.path} isBeside={false} hasSpace />;
  const { command } = (typeof input === 'object' && input !== null ? input : {}) as { command?: unknown };
  if (typeof command === 'string') return <Long label="Command" text={command} />;
  return <Long label="Input" text={typeof input === 'string' ? input : JSON.stringify(input, null, 2)} />;
}

function Long({ label, text }: { label: string; text: string }) {
  const [isAll, setAll] = useState(false);
  const isLong = text.length > LONG && !isAll;
  return (
    <>
      <p class="muted label">{label}</p>
      <pre class="lines" tabIndex={0} role="region" aria-label={label}>
        <Ansi line={isLong ? text.slice(0, LONG) : text} />
      </pre>
      {isLong && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {text.length.toLocaleString('en')} characters
        </button>
      )}
    </>
  );
}

const TELLING = ['command', 'file_path', 'path', 'pattern', 'url', 'query', 'description', 'subject'];

/** What a call of a tool is about, in one line. */
function subjectOf(input: unknown): string {
  const fields = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
  const found = TELLING.map((name) => fields[name]).find((value) => typeof value === 'string');
  const text = typeof found === 'string' ? found : JSON.stringify(input);
  return (text ?? '').split('\n', 1)[0]?.slice(0, 160) ?? '';
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content))
    return content
      .map(
        (part: { type?: string; text?: string }) => part.text ?? `(${part.type ?? 'a part of another kind'})`,
      )
      .join('\n');
  return JSON.stringify(content, null, 2) ?? '';
}
