import type { ChangesView } from '@cc-executor/sdk';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useCall, useClient } from '../live/hooks.ts';
import { reasonsFor } from '../live/edits.ts';
import type { Part } from '../live/story.ts';
import { toTask } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { CHANGES } from '../texts/changes.ts';
import { sentenceOf } from '../words.ts';
import { Badge } from './badge.tsx';
import { DiffLines, type DiffLook } from './diff-lines.tsx';
import { readDiff } from './diff-model.ts';
import { inOrder, orderOf, ORDERS, type Order } from './file-order.ts';
import { SaveLink } from './save-link.tsx';
import { useSeen, type SeenChange } from './seen.ts';
import { PLACES } from '../texts/places.ts';

interface Props {
  id: string;
  /** Undefined: the whole list. */
  task: number | undefined;
  attempt: number | undefined;
  /** The agent's messages and actions; none if they are unknown. */
  parts?: readonly Part[];
  /** The path of the file to show; null: none. */
  file?: string | null;
}

/** How changes were viewed last, on this page. */
let lastLook: DiffLook = { isBeside: false, hasSpace: true };

type File = ChangesView['files'][number];

/** The changed files between two snapshots. The text of a file is loaded when it is opened. */
export function Changes({ id, task, attempt, parts = [], file: wanted = null }: Props) {
  const { value, error } = useCall(
    async (client, signal) => await client.attach(id).changes({ task, attempt, signal }),
    ['changes', id, task, attempt],
  );
  const client = useClient();
  const [more, setMore] = useState<{ files: File[]; cursor: string | null }>();
  const [fault, setFault] = useState('');
  const [look, setLook] = useState(lastLook);
  lastLook = look;
  const { isSeen, mark } = useSeen();
  const [order, setOrder] = useState<Order>('path');
  if (value === null)
    return error === null ? (
      <p class="muted">{TEXTS.loading}</p>
    ) : (
      <p class="muted" role="status">
        {TEXTS.noChangesKnown} {sentenceOf(error)}
      </p>
    );
  if (value.files.length === 0) return <p class="muted">{TEXTS.noChanges}</p>;
  const files = [...value.files, ...(more?.files ?? [])];
  const cursor = more ? more.cursor : value.next_cursor;
  const { totals } = value;
  const readMore = async () => {
    if (cursor === null) return;
    try {
      const page = await client.attach(id).changes({ task, attempt, cursor });
      setMore({ files: [...(more?.files ?? []), ...page.files], cursor: page.next_cursor });
    } catch (failure) {
      setFault(sentenceOf(failure));
    }
  };
  const query = new URLSearchParams({
    format: 'patch',
    ...(attempt === undefined ? {} : { attempt: String(attempt) }),
  });
  const place = task === undefined ? '' : `/tasks/${String(task)}`;
  return (
    <>
      <p class="muted meta">
        <span>{CHANGES.files(totals.files)}</span>
        <span>{CHANGES.lines(totals.lines_added, totals.lines_removed)}</span>
        <span>{CHANGES.seenCount(files.filter((file) => isSeen(changeOf(id, file))).length)}</span>
        <SaveLink
          label={CHANGES.patch}
          href={`/executions/${encodeURIComponent(id)}${place}/changes?${query.toString()}`}
          name={`${id}${task === undefined ? '' : `-${String(task)}`}.patch`}
          read={async (caller) => await (await caller.attach(id).diff({ task, attempt })).blob()}
        />
      </p>
      <div class="toolbar">
        <label class="inline">
          <input
            type="checkbox"
            checked={look.isBeside}
            onChange={() => setLook({ ...look, isBeside: !look.isBeside })}
          />{' '}
          {CHANGES.beside}
        </label>
        <label class="inline">
          <input
            type="checkbox"
            checked={!look.hasSpace}
            onChange={() => setLook({ ...look, hasSpace: !look.hasSpace })}
          />{' '}
          {CHANGES.noSpace}
        </label>
        <label class="inline">
          {CHANGES.order}
          <select value={order} onChange={(event) => setOrder(orderOf(event.currentTarget.value))}>
            {ORDERS.map((name) => (
              <option value={name}>{CHANGES.orders[name]}</option>
            ))}
          </select>
        </label>
      </div>
      <div class="changes">
        {inOrder(files, order, (file) => isSeen(changeOf(id, file))).map((file) => {
          const change = changeOf(id, file);
          return (
            <div class={isSeen(change) ? 'change seen' : 'change'} key={file.path}>
              <FileChange
                id={id}
                task={task}
                attempt={attempt}
                parts={parts}
                file={file}
                look={look}
                isWanted={file.path === wanted}
                isOnly={files.length === 1 && cursor === null && sizeOf(file) <= OPEN_LINES}
              />
              <label class="inline muted">
                <input
                  type="checkbox"
                  checked={isSeen(change)}
                  aria-label={CHANGES.isSeen(file.path)}
                  onChange={(event) => mark(change, event.currentTarget.checked)}
                />{' '}
                {CHANGES.seen}
              </label>
            </div>
          );
        })}
      </div>
      {cursor !== null && (
        <button type="button" onClick={() => void readMore()}>
          {CHANGES.more}
        </button>
      )}
      <p class="bad" role="alert">
        {fault}
      </p>
    </>
  );
}

function changeOf(execution: string, { path, before, after }: File): SeenChange {
  return { execution, path, before: before?.id ?? null, after: after?.id ?? null };
}

/** The only changed file is open if its text has at most this many lines. */
const OPEN_LINES = 2000;

/** Returns the number of its changed lines; infinite for one without lines. */
function sizeOf({ binary, lines_added: added, lines_removed: removed }: File): number {
  return binary ? Infinity : (added ?? 0) + (removed ?? 0);
}

const TONES: Readonly<Record<File['change'], string>> = {
  added: 'good',
  changed: '',
  removed: 'bad',
  renamed: '',
};

interface FileProps extends Omit<Props, 'file'> {
  file: File;
  look: DiffLook;
  /** The address names it. */
  isWanted: boolean;
  /** No other file changed: nothing is saved by closing it. */
  isOnly: boolean;
}

function FileChange({ id, task, attempt, parts = [], file, look, isWanted, isOnly }: FileProps) {
  const [isOpen, setOpen] = useState(isWanted || isOnly);
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (isWanted) details.current?.scrollIntoView();
  }, [isWanted]);
  const { path, from, change, binary, lines_added: added, lines_removed: removed } = file;
  return (
    <details ref={details} open={isWanted || isOnly} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary data-item>
        <Badge tone={TONES[change]} text={change} /> <code>{path}</code>{' '}
        {from !== null && <span class="muted">{CHANGES.was(from.path)}</span>}
        <span class="muted">
          {binary ? CHANGES.binary : `+${String(added ?? 0)} −${String(removed ?? 0)}`}
        </span>
      </summary>
      {isOpen && (
        <>
          {task !== undefined && (
            <a
              class="seq"
              href={toTask(id, task, { attempt: attempt ?? 1, tab: 'changes', file: path })}
              aria-label={PLACES.linkToFile(path)}
            >
              #
            </a>
          )}
          {task !== undefined &&
            reasonsFor(path, parts).map(({ seq, text }) => (
              <p class="why" key={seq}>
                <span class="muted">{CHANGES.saidBefore} </span>
                {text.slice(0, 600)}{' '}
                <a href={toTask(id, task, { attempt: attempt ?? 1, tab: 'story', event: seq })}>
                  {CHANGES.inStory}
                </a>
              </p>
            ))}
          <FileText id={id} task={task} attempt={attempt} path={path} look={look} />
        </>
      )}
    </details>
  );
}

function FileText({ id, task, attempt, path, look }: Omit<Props, 'file'> & { path: string; look: DiffLook }) {
  const { value, error } = useCall(
    async (client, signal) => await (await client.attach(id).diff({ task, attempt, path, signal })).text(),
    ['diff', id, task, attempt, path],
  );
  if (value === null)
    return error === null ? <p class="muted">{TEXTS.loading}</p> : <p class="bad">{sentenceOf(error)}</p>;
  return <DiffText text={value} path={path} look={look} />;
}

function DiffText({ text, path, look }: { text: string; path: string; look: DiffLook }) {
  const lines = useMemo(() => readDiff(text), [text]);
  return <DiffLines lines={lines} label={path} {...look} />;
}
