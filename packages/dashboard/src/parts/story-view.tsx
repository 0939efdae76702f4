import { useEffect, useState } from 'preact/hooks';
import type { Part } from '../live/story.ts';
import { editIn } from '../live/edits.ts';
import { TEXTS } from '../texts.ts';
import { STORY } from '../texts/story.ts';
import { DiffLines } from './diff-lines.tsx';
import { Lines } from './lines.tsx';
import { LongText } from './long-text.tsx';
import { PLACES } from '../texts/places.ts';

/** The number of parts that are shown at once: the last ones. */
const SHOWN = 200;
/** The amount of a result that is shown at once, in characters. */
const LONG = 4000;

interface Props {
  parts: readonly Part[];
  /** The seq of the event to show; null: none. */
  at: number | null;
  /** A text in the part to show; null: none. */
  find: string | null;
  /** The seq of the last event that is known. */
  head: number;
  /** Returns the address of an event. */
  link: (seq: number) => string;
}

/** The messages and actions of an agent, in order. */
export function StoryView({ parts, at: event, find, head, link }: Props) {
  const [shown, setShown] = useState(SHOWN);
  const at = event ?? (find === null ? null : seqWith(parts, find));
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
      // What is looked for is in what is folded.
      if (find !== null) element?.querySelector('details')?.setAttribute('open', '');
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
          {STORY.earlier(Math.min(SHOWN, hidden), parts.length)}
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

/** Returns the seq of the first part that has a text; null: none has. */
function seqWith(parts: readonly Part[], text: string): number | null {
  for (const part of parts) {
    const inner = part.kind === 'tool' ? seqWith(part.inner, text) : null;
    if (inner !== null) return inner;
    if (textsIn(part).some((one) => one.includes(text))) return Math.abs(part.seq);
  }
  return null;
}

function textsIn(part: Part): string[] {
  if (part.kind === 'gap') return [];
  return part.kind === 'tool' ? stringsIn([part.input, part.result?.content]) : [part.text];
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

function Parts({ parts, link }: Pick<Props, 'parts' | 'link'>) {
  return (
    <ol class="story">
      {parts.map((part) => (
        <li key={Math.abs(part.seq)} id={`e${String(Math.abs(part.seq))}`} class={part.kind}>
          <a class="seq" href={link(Math.abs(part.seq))} aria-label={PLACES.linkToEvent(Math.abs(part.seq))}>
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
      return <LongText text={part.text}>{(shown) => <p class="said">{shown}</p>}</LongText>;
    case 'thinking':
      return (
        <details>
          <summary class="muted">{STORY.thinking}</summary>
          <LongText text={part.text}>{(shown) => <p class="said muted">{shown}</p>}</LongText>
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
            ? STORY.runs
            : exit === null
              ? isBad
                ? STORY.failed
                : STORY.done
              : STORY.exitCode(exit)}
        </span>
      </summary>
      {inner.length === 0 ? (
        <>
          <Input input={input} />
          {result !== null && <Long label={STORY.result} text={textOf(result.content)} />}
        </>
      ) : (
        <>
          <section class="inner" aria-label={STORY.inner(name)}>
            <Parts parts={inner} link={link} />
          </section>
          <details>
            <summary class="muted">{STORY.outer}</summary>
            <Input input={input} />
            {result !== null && <Long label={STORY.result} text={textOf(result.content)} />}
          </details>
        </>
      )}
    </details>
  );
}

/** The input of a tool call: an edit as a diff, a command as text, and the rest as data. */
function Input({ input }: { input: unknown }) {
  const edit = editIn(input);
  if (edit !== null) return <DiffLines lines={edit.lines} label={edit.path} isBeside={false} hasSpace />;
  const { command } = (typeof input === 'object' && input !== null ? input : {}) as { command?: unknown };
  if (typeof command === 'string') return <Long label={STORY.command} text={command} />;
  return (
    <Long label={STORY.input} text={typeof input === 'string' ? input : JSON.stringify(input, null, 2)} />
  );
}

function Long({ label, text }: { label: string; text: string }) {
  return (
    <>
      <p class="muted label">{label}</p>
      <Lines lines={[text]} label={label} most={LONG} />
    </>
  );
}

const TELLING = ['command', 'file_path', 'path', 'pattern', 'url', 'query', 'description', 'subject'];

/** The subject of a tool call, in one line. */
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
      .map((part: { type?: string; text?: string }) => part.text ?? STORY.otherKind(part.type))
      .join('\n');
  return JSON.stringify(content, null, 2) ?? '';
}
