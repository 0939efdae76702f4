import { attemptReasonText } from '@cc-executor/contracts/progress';
import type { ExecutionView } from '@cc-executor/sdk';
import type { ComponentChildren } from 'preact';
import { useCall } from '../live/hooks.ts';
import type { Attempt, AttemptEnd } from '../live/timeline.ts';
import { toTask } from '../route.ts';
import { TEXTS } from '../texts.ts';
import { ATTEMPTS, TASK } from '../texts/task.ts';
import { clock, count, dollars, duration, secondsBetween, sentenceOf } from '../words.ts';
import { Badge } from './badge.tsx';
import { Lines } from './lines.tsx';

type Task = ExecutionView['tasks'][number];

/** The amount of the end of an output that is compared, in bytes. */
const TAIL_BYTES = 2000;

/** The rows that compare attempts: null where nothing is known. */
const ROWS: readonly (readonly [string, (end: AttemptEnd, attempt: Attempt) => ComponentChildren])[] = [
  [ATTEMPTS.rows.message, ({ message }) => message],
  [ATTEMPTS.rows.exitCode, ({ exit_code: code, signal }) => signal ?? code],
  [
    ATTEMPTS.rows.time,
    (end, { started, ended }) => duration(end.execution_time ?? secondsBetween(started, ended)),
  ],
  [ATTEMPTS.rows.paused, ({ paused_time: paused }) => (paused === undefined ? null : duration(paused))],
  [ATTEMPTS.rows.expected, (_, { expected }) => (expected === null ? null : duration(expected))],
  [ATTEMPTS.rows.model, ({ model }) => model],
  [ATTEMPTS.rows.turns, ({ turns }) => turns],
  [ATTEMPTS.rows.cost, ({ cost_usd: cost, model }) => (model === null ? null : dollars(cost))],
  [
    ATTEMPTS.rows.tokens,
    ({ usage }) => (usage === null ? null : count(usage.input_tokens + usage.output_tokens)),
  ],
  [ATTEMPTS.rows.checks, ({ checks }) => (checks.length === 0 ? null : checksOf(checks))],
  [ATTEMPTS.rows.findings, ({ findings }) => findings.map(({ message }) => <p>{message}</p>)],
  [ATTEMPTS.rows.answer, ({ result }) => (result === null ? null : result.slice(0, TAIL_BYTES))],
];

/** The attempts at a task beside each other: what they have in common, and what is different. */
export function AttemptsBeside({
  id,
  task,
  attempts,
}: {
  id: string;
  task: Task;
  attempts: readonly Attempt[];
}) {
  const rows = ROWS.map(([name, of]) => {
    const cells = attempts.map((attempt) => (attempt.end ? of(attempt.end, attempt) : null));
    return { name, cells };
  }).filter(({ cells }) =>
    cells.some((cell) => cell !== null && !(Array.isArray(cell) && cell.length === 0)),
  );
  return (
    <div class="scrolls" tabIndex={0} role="region" aria-label={ATTEMPTS.title}>
      <table class="attempts">
        <thead>
          <tr>
            <td />
            {attempts.map(({ attempt, started, reason }) => (
              <th scope="col">
                <a data-item href={toTask(id, task.task_number, { attempt })}>
                  {TASK.attempt(attempt)}
                </a>{' '}
                <span class="muted">
                  {clock(started)}
                  {reason !== 'first' && ATTEMPTS.after(attemptReasonText(reason))}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{ATTEMPTS.rows.outcome}</th>
            {attempts.map(({ outcome, ended }) => (
              <td>
                <Badge
                  tone={outcome === 'completed' ? 'good' : ended === null ? 'live' : 'bad'}
                  text={ended === null ? ATTEMPTS.running : (outcome ?? TEXTS.unknown).replaceAll('_', ' ')}
                />
              </td>
            ))}
          </tr>
          {rows.map(({ name, cells }) => (
            <tr>
              <th scope="row">{name}</th>
              {cells.map((cell) => (
                <td>{cell ?? <span class="muted">–</span>}</td>
              ))}
            </tr>
          ))}
          <tr>
            <th scope="row">{ATTEMPTS.rows.files}</th>
            {attempts.map(({ attempt, end }) => (
              <td>{end && <FilesOf id={id} task={task.task_number} attempt={attempt} />}</td>
            ))}
          </tr>
          {task.kind !== 'prompt' && (
            <tr>
              <th scope="row">{ATTEMPTS.rows.output}</th>
              {attempts.map(({ attempt, end }) => (
                <td>{end && <Tail id={id} task={task.task_number} attempt={attempt} end={end} />}</td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function checksOf(checks: AttemptEnd['checks']): ComponentChildren {
  return checks.map(({ command, outcome }) => (
    <p>
      <Badge
        tone={outcome === 'completed' ? 'good' : 'bad'}
        text={outcome === 'completed' ? ATTEMPTS.passed : ATTEMPTS.failed}
      />{' '}
      <code>{command}</code>
    </p>
  ));
}

function FilesOf({ id, task, attempt }: { id: string; task: number; attempt: number }) {
  const { value, error } = useCall(
    async (client, signal) => await client.attach(id).changes({ task, attempt, limit: 5, signal }),
    ['changes', id, task, attempt, 5],
  );
  if (value === null) return <span class="muted">{error === null ? TEXTS.loading : sentenceOf(error)}</span>;
  const { files, lines_added: added, lines_removed: removed } = value.totals;
  if (files === 0) return <span class="muted">{TEXTS.noChanges}</span>;
  return (
    <>
      <a href={toTask(id, task, { attempt, tab: 'changes' })}>{ATTEMPTS.files(files, added, removed)}</a>
      <p class="paths">{value.files.map(({ path }) => path).join('\n')}</p>
    </>
  );
}

function Tail({ id, task, attempt, end }: { id: string; task: number; attempt: number; end: AttemptEnd }) {
  const stream = end.outcome !== 'completed' && end.stderr_bytes > 0 ? 'stderr' : 'stdout';
  const { value, error } = useCall(
    async (client, signal) =>
      await (await client.attach(id).output(task, { stream, attempt, last: TAIL_BYTES, signal })).text(),
    ['tail', id, task, attempt, stream],
  );
  if (value === null) return <span class="muted">{error === null ? TEXTS.loading : sentenceOf(error)}</span>;
  if (value.trim() === '') return <span class="muted">{TEXTS.noOutput}</span>;
  return <Lines lines={value.trimEnd().split('\n').slice(-12)} label={ATTEMPTS.end(attempt)} />;
}
