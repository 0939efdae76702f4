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

interface Props {
  parts: readonly Part[];
  /** The seq of the event to show; null: none. */
  at: number | null;
  /** The seq of the last event that is known. */
  head: number;
  /** Returns the address of an event. */
  link: (seq: number) => string;
}

/** What an agent said and did, in its order. */
export function StoryView({ parts, at, head, link }: Props) {
  const [shown, setShown] = useState(SHOWN);
  const isThere = at !== null && head >= at;
  // An event that is no part of its own, such as the result of a call, is shown in the part before it.
  const place = at === null || !isThere ? null : (placeOf(parts, at) ?? at);
  useEffect(() => {
    if (place === null) return undefined;
    // What it is in may be folded, and is drawn with the parts before it.
    const frame = requestAnimationFrame(() => {
      const element = document.getElementById(`e${String(place)}`);
      for (let around = element?.parentElement; around; around = around.parentElement)
        if (around instanceof HTMLDetailsElement) around.open = true;
      element?.scrollIntoView({ block: 'center' });
      element?.classList.add('hit');
    });
    return () => {
      cancelAnimationFrame(frame);
      document.getElementById(`e${String(place)}`)?.classList.remove('hit');
    };
  }, [place]);
  if (parts.length === 0) return <p class="muted">{TEXTS.noStory}</p>;
  const hidden = Math.max(0, parts.length - (isThere ? Infinity : shown));
  return (
    <>
      {hidden > 0 && (
        <button type="button" onClick={() => setShown(shown + SHOWN)}>
          Show {Math.min(SHOWN, hidden)} earlier parts of {parts.length}
        </button>
      )}
      <Parts parts={parts.slice(hidden)} link={link} />
    </>
  );
}

/** Returns the seq of the last part that is not after an event, also of those inside of others; null: there is none. */
function placeOf(parts: readonly Part[], at: number): number | null {
  let found: number | null = null;
  for (const part of parts) {
    const seq = Math.abs(part.seq);
    if (seq > at) break;
    found = Math.max(found ?? 0, seq, part.kind === 'tool' ? (placeOf(part.inner, at) ?? 0) : 0);
  }
  return found;
}

function Parts({ parts, link }: Pick<Props, 'parts' | 'link'>) {
  return (
    <ol class="story">
      {parts.map((part) => (
        <li key={Math.abs(part.seq)} id={`e${String(Math.abs(part.seq))}`} class={part.kind}>
          <a
            class="seq"
            href={link(Math.abs(part.seq))}
            aria-label={`Link to event ${String(Math.abs(part.seq))}`}
          >
            #{Math.abs(part.seq)}
          </a>
          <PartView part={part} link={link} />
        </li>
      ))}
    </ol>
  );
}

function PartView({ part, link }: { part: Part } & Pick<Props, 'link'>) {
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
      return <Tool part={part} link={link} />;
  }
}

function Tool({
  part: { name, input, result, inner },
  link,
}: { part: Extract<Part, { kind: 'tool' }> } & Pick<Props, 'link'>) {
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
            <Parts parts={inner} link={link} />
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
