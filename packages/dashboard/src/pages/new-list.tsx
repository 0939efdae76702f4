import type { AnalysisView, Task } from '@cc-executor/sdk';
import { CcServerError } from '@cc-executor/sdk';
import { useEffect, useState } from 'preact/hooks';
import { useClient, useTitle } from '../live/hooks.ts';
import { Notice } from '../parts/notice.tsx';
import { noteRefusal } from '../session.ts';
import { toList } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { duration, sentenceOf } from '../words.ts';

/** What is typed is kept in this tab until it was submitted: a reload, or a server that is away, loses nothing. */
const DRAFT = 'cc-executor-draft';
const EXAMPLE = `Write a haiku about queues into haiku.txt
$ cat haiku.txt
Translate haiku.txt into French, into haiku.fr.txt`;
/** After the last key, in milliseconds. */
const PAUSE_MS = 500;

type Tasks = Task[];

/** An editor for a list: a task a line, or JSON; the server says what it thinks of it while one types. */
export default function NewList() {
  const client = useClient();
  const [text, setText] = useState(() => sessionStorage.getItem(DRAFT) ?? '');
  const [title, setTitle] = useState('');
  const [isStopping, setStopping] = useState(true);
  const [analysis, setAnalysis] = useState<AnalysisView | null>(null);
  const [fault, setFault] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  useTitle(`New list · ${TEXTS.title}`);
  const list = tasksIn(text);
  useEffect(() => {
    sessionStorage.setItem(DRAFT, text);
    const leaving = new AbortController();
    setAnalysis(null);
    setFault(null);
    if (!Array.isArray(list) || list.length === 0) return () => leaving.abort();
    const timer = setTimeout(() => {
      client.analyze(list, { signal: leaving.signal }).then(setAnalysis, (error: unknown) => {
        noteRefusal(error);
        if (!leaving.signal.aborted) setFault(error);
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [client, text]);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (!Array.isArray(list)) return;
    setBusy(true);
    try {
      const options = {
        on_failure: isStopping ? 'stop' : 'continue',
        ...(title === '' ? {} : { title }),
      } as const;
      const execution = await client.execute(list, options);
      sessionStorage.removeItem(DRAFT);
      location.hash = toList(execution.id);
    } catch (error) {
      noteRefusal(error);
      setFault(error);
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <h1>New list</h1>
      <p class="muted">
        Each line is a prompt; a line that begins with <code>$</code> is a command. Or JSON, as{' '}
        <code>POST /execute</code> takes its tasks. Lines that begin with <code>#</code> are left out.
      </p>
      <label for="tasks">Tasks</label>
      <textarea
        id="tasks"
        rows={14}
        spellcheck={false}
        placeholder={EXAMPLE}
        value={text}
        aria-describedby="faults"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <div class="filters">
        <label>
          Title
          <input value={title} maxLength={200} onInput={(event) => setTitle(event.currentTarget.value)} />
        </label>
        <label class="inline">
          <input type="checkbox" checked={isStopping} onChange={() => setStopping(!isStopping)} /> stop when a
          task fails
        </label>
      </div>
      <div id="faults" aria-live="polite">
        {typeof list === 'string' && text.trim() !== '' && <p class="bad">{list}</p>}
        <Faults fault={fault} />
        {analysis !== null && Array.isArray(list) && <Forecast analysis={analysis} />}
      </div>
      <button type="submit" class="primary" disabled={isBusy || !Array.isArray(list) || list.length === 0}>
        {Array.isArray(list) && list.length > 0
          ? `Run ${String(list.length)} ${list.length === 1 ? 'task' : 'tasks'}`
          : 'Run'}
      </button>
    </form>
  );
}

function Faults({ fault }: { fault: unknown }) {
  if (fault === null) return null;
  if (!(fault instanceof CcServerError) || fault.errors.length === 0)
    return <Notice tone="bad" text={sentenceOf(fault)} />;
  return (
    <Notice tone="bad" text={fault.message}>
      <ul>
        {fault.errors.map(({ path, message }) => (
          <li>
            <code>{path}</code> {message}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Forecast({ analysis }: { analysis: AnalysisView }) {
  const findings = analysis.tasks.flatMap(({ task_number: task, findings: found }) =>
    found.map(({ message }) => ({ task, message })),
  );
  return (
    <>
      <p class="muted">
        Expected: {duration(analysis.forecast.expected)}, likely at most {duration(analysis.forecast.likely)}.
      </p>
      {findings.length > 0 && (
        <ul class="warn-text">
          {findings.map(({ task, message }) => (
            <li>
              Task {task}: {message}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Returns the tasks, or what is wrong with the text, as a sentence. */
function tasksIn(text: string): Tasks | string {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed))
    return trimmed
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => (line.startsWith('$') ? { command: line.slice(1).trim() } : line));
  try {
    const given = JSON.parse(trimmed) as Tasks | { tasks?: Tasks };
    const tasks = Array.isArray(given) ? given : given.tasks;
    return Array.isArray(tasks) ? tasks : 'The JSON has no list of tasks in it.';
  } catch (error) {
    return `This is not JSON: ${(error as Error).message}`;
  }
}
