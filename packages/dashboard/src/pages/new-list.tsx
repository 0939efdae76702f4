import { taskAt } from '@cc-executor/contracts/task-numbers';
import type { AnalysisView, CcExecutor, Task } from '@cc-executor/sdk';
import { CcServerError } from '@cc-executor/sdk';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useClient, useTitle } from '../live/hooks.ts';
import { Editor, showLine } from '../new-list/editor.tsx';
import { EXAMPLES } from '../new-list/examples.ts';
import { Fields, Variables } from '../new-list/fields.tsx';
import { LineLink } from '../new-list/line-link.tsx';
import { LIST_FIELDS, optionsOf } from '../new-list/list-fields.ts';
import { Preview } from '../new-list/preview.tsx';
import { readList, variablesIn, type ReadList } from '../new-list/read-list.ts';
import { useDraft, type Draft } from '../new-list/use-draft.ts';
import { Notice } from '../parts/notice.tsx';
import { linkTo, toList } from '../route.ts';
import { noteRefusal } from '../session.ts';
import { TEXTS } from '../texts.ts';
import { sentenceOf } from '../words.ts';
import { NEW_LIST } from '../texts/new-list.ts';

/** The number of notes that are shown. */
const NOTES = 20;
/** After the last key, in milliseconds. */
const PAUSE_MS = 500;

type Options = Parameters<CcExecutor['analyze']>[1];

interface Fault {
  /** In the editor, from 1; null: it is in no line. */
  line: number | null;
  /** The option that it is about; null: none that has a field. */
  field: string | null;
  /** As the server names what is wrong; empty: nothing of the list. */
  path: string;
  message: string;
}

/** The state of a draft. */
interface Checked {
  read: ReadList;
  faults: readonly Fault[];
  /** Why it could not be checked at all. */
  failure: unknown;
  analysis: AnalysisView | null;
  /** The line of each task. */
  lines: readonly (number | null)[];
}

const NOTHING: Checked = {
  read: { tasks: [], options: {}, faults: [], notes: [], lineOf: () => null },
  faults: [],
  failure: null,
  analysis: null,
  lines: [],
};

/** An editor for a list; the server says what it thinks of it while one types. */
export default function NewList({ query }: { query: URLSearchParams }) {
  const client = useClient();
  const from = query.get('from');
  const { draft, change, forget } = useDraft();
  const [checked, setChecked] = useState<Checked | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [before, setBefore] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const form = useRef<HTMLFormElement>(null);
  // An answer may be lost although the list was stored: trying again with the same key stores it once.
  const tried = useRef<{ what: string; idempotencyKey: string } | null>(null);
  useTitle(`${NEW_LIST.title} · ${TEXTS.title}`);
  useEffect(() => {
    const leaving = new AbortController();
    const timer = setTimeout(() => {
      check(client, draft, leaving.signal).then(
        (found) => {
          if (!leaving.signal.aborted) setChecked(found);
        },
        () => undefined,
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [client, draft]);
  useEffect(() => {
    if (from === null) return;
    fromList(client, from).then(replace, (error: unknown) => {
      noteRefusal(error);
      setChecked((now) => ({ ...(now ?? NOTHING), failure: error }));
    });
    // Once: what is typed after it stays, also when the page is loaded again.
    history.replaceState(null, '', linkTo(['new']));
  }, [client, from]);
  const submit = async () => {
    setBusy(true);
    const read = await readList(draft.text);
    try {
      if (read.faults.length > 0) return setChecked(await check(client, draft));
      const options = optionsOf(read.options, draft.fields, draft.variables) as Options;
      const what = JSON.stringify([read.tasks, options]);
      if (tried.current?.what !== what) tried.current = { what, idempotencyKey: randomKey() };
      const { idempotencyKey } = tried.current;
      const execution = await client.execute(read.tasks as Task[], { ...options, idempotencyKey });
      forget();
      location.hash = toList(execution.id);
    } catch (error) {
      noteRefusal(error);
      setChecked({ read, analysis: null, lines: [], ...faultsIn(read, error) });
    } finally {
      setBusy(false);
    }
  };
  const replace = (text: string) => {
    const isOwn = draft.text.trim() !== '' && !EXAMPLES.some(([, own]) => own === draft.text);
    setBefore(isOwn ? draft.text : null);
    change({ text });
  };
  const { read, faults = [], failure = null, analysis = null, lines = [] } = checked ?? {};
  const marks = useMemo(() => marksOf(faults, analysis, lines), [faults, analysis, lines]);
  const inText = read?.options ?? {};
  const tasks = read?.tasks.length ?? 0;
  const toLine = (line: number) => {
    if (field.current) showLine(field.current, line);
  };
  return (
    <form
      ref={form}
      class="new-list"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h1>{NEW_LIST.title}</h1>
      <p class="muted">{NEW_LIST.intro}</p>
      <Starts onText={replace} />
      {before !== null && (
        <p>
          <button
            type="button"
            onClick={() => {
              change({ text: before });
              setBefore(null);
            }}
          >
            {NEW_LIST.back}
          </button>
        </p>
      )}
      <label for="tasks">{NEW_LIST.tasks}</label>
      <Editor
        field={field}
        text={draft.text}
        placeholder={EXAMPLES[0]?.[1].trimEnd() ?? ''}
        marks={marks}
        saidBy="faults"
        onText={(text) => change({ text })}
        onSubmit={() => form.current?.requestSubmit()}
      />
      <div id="faults" role="status">
        <Faults faults={faults} onLine={toLine} />
        {(read?.notes ?? []).slice(0, NOTES).map(({ line, message }) => (
          <p class="warn-text" key={`${String(line)} ${message}`}>
            <LineLink line={line} onLine={toLine} /> {message}
          </p>
        ))}
        {failure !== null && <Notice tone="bad" text={sentenceOf(failure)} />}
      </div>
      <Variables
        names={variablesIn(draft.text, inText)}
        values={draft.variables}
        inText={(inText['vars'] ?? {}) as Record<string, unknown>}
        onValue={(name, value) => change({ variables: { ...draft.variables, [name]: value } })}
      />
      <Fields
        values={draft.fields}
        inText={inText}
        faults={new Map(faults.map(({ field: name, message }) => [name ?? '', message]))}
        onValue={(name, value) => change({ fields: { ...draft.fields, [name]: value } })}
      />
      <button type="submit" class="primary" disabled={isBusy || tasks === 0}>
        {NEW_LIST.run(tasks)}
      </button>
      {read && analysis !== null && (
        <Preview tasks={read.tasks} analysis={analysis} lines={lines} onLine={toLine} />
      )}
    </form>
  );
}

/** Returns the text of a list like one that was submitted before. */
async function fromList(client: CcExecutor, id: string): Promise<string> {
  const [view, { listText }] = await Promise.all([
    client.attach(id).details(),
    import('../new-list/list-text.ts'),
  ]);
  return listText(view);
}

/** Examples, and files of this machine. */
function Starts({ onText }: { onText: (text: string) => void }) {
  return (
    <div class="filters">
      <label>
        {NEW_LIST.startFrom}
        <select
          value=""
          onChange={(event) => {
            const text = EXAMPLES[Number(event.currentTarget.value)]?.[1];
            event.currentTarget.value = '';
            if (text !== undefined) onText(text);
          }}
        >
          <option value="">{NEW_LIST.example}</option>
          {EXAMPLES.map(([name], index) => (
            <option value={index}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        {NEW_LIST.file}
        <input
          type="file"
          accept=".json,.yaml,.yml,.txt,.md"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            file?.text().then(onText, () => undefined);
          }}
        />
      </label>
    </div>
  );
}

function Faults({ faults, onLine }: { faults: readonly Fault[]; onLine: (line: number) => void }) {
  if (faults.length === 0) return null;
  return (
    <div class="notice bad">
      <p>{NEW_LIST.faults(faults.length)}</p>
      <ul>
        {faults.map(({ line, field, path, message }) => (
          <li>
            <LineLink line={line} onLine={onLine} />
            {field !== null && (
              <button
                type="button"
                class="link"
                onClick={() => document.getElementById(`option-${field}`)?.focus()}
              >
                {LIST_FIELDS.find(({ name }) => name === field)?.label}
              </button>
            )}{' '}
            {path !== '' && <code>{path}</code>} {message}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Asks the server what it thinks of a draft; nothing is submitted. Rejects only where the question was taken back. */
async function check(client: CcExecutor, draft: Draft, signal?: AbortSignal): Promise<Checked> {
  const read = await readList(draft.text);
  const known = { read, faults: [], failure: null, analysis: null, lines: [] };
  if (read.faults.length > 0)
    return {
      ...known,
      faults: read.faults.map(({ line, message }) => ({ line, message, field: null, path: '' })),
    };
  if (read.tasks.length === 0) return known;
  const options = optionsOf(read.options, draft.fields, draft.variables) as Options;
  try {
    const analysis = await client.analyze(read.tasks as Task[], { ...options, signal });
    const lines = read.tasks.map((_, index) => read.lineOf(`tasks[${String(index)}]`));
    return { ...known, analysis, lines };
  } catch (error) {
    signal?.throwIfAborted();
    noteRefusal(error);
    return { ...known, ...faultsIn(read, error) };
  }
}

/** Returns what a server said of a list, each with its place in the editor. */
function faultsIn(read: ReadList, error: unknown): Pick<Checked, 'faults' | 'failure'> {
  if (!(error instanceof CcServerError) || error.errors.length === 0) return { faults: [], failure: error };
  const faults = error.errors.map(({ path, message }) => {
    const [name = ''] = path.split(/[.[]/, 1);
    const isInText = name === 'tasks' || Object.hasOwn(read.options, name);
    const hasField = !isInText && LIST_FIELDS.some((field) => field.name === name);
    return { line: isInText ? read.lineOf(path) : null, field: hasField ? name : null, path, message };
  });
  return { faults, failure: null };
}

function marksOf(
  faults: readonly Fault[],
  analysis: AnalysisView | null,
  lines: readonly (number | null)[],
): Map<number, 'bad' | 'warn'> {
  const marks = new Map<number, 'bad' | 'warn'>();
  for (const { task_number: task, findings } of analysis?.tasks ?? []) {
    const line = taskAt(lines, task) ?? null;
    if (line !== null && findings.length > 0) marks.set(line, 'warn');
  }
  for (const { line } of faults) if (line !== null) marks.set(line, 'bad');
  return marks;
}

/** Returns an idempotency key that nobody has used. A page that is not from this machine or by https has no randomUUID. */
function randomKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}
