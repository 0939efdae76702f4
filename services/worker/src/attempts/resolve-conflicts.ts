import { taskAt } from '@cc-executor/contracts/task-numbers';
import { bareEnd, type AgentEnd, type AgentTask } from '@cc-executor/agents';
import { readPlainSync } from '@cc-executor/evidence/plain-files';
import { bytesOf, shownPath } from '@cc-executor/evidence/walked-names';
import { addSpent, NOTHING_SPENT, type ExecutionRecord, type Spent } from '@cc-executor/executions';
import { lstat } from 'node:fs/promises';
import { JoinConflict } from '../evidence/not-joinable.ts';
import type { PreparedWorkspace } from '../evidence/run-evidence.ts';
import type { TasksInCopies } from '../evidence/tasks-in-copies.ts';
import type { RunPorts } from '../ports.ts';
import type { AttemptRunner } from './attempt-runner.ts';
import { openBox } from './box-of.ts';
import { runChecks } from './checks.ts';
import { changingTask } from './fixing.ts';
import { isBlocking, limitOf } from './blocking-outcomes.ts';
import { helperFor } from './reading-agent.ts';

/** How often an agent may try to resolve one conflict. */
const MOST_ROUNDS = 2;
/** A larger file counts as resolved, because nobody writes markers into one by hand. Bytes. */
const MOST_BYTES = 64 * 1024 * 1024;
/** A marker of git at the begin of a line, and what it puts behind the name of a file that stands where a folder is. */
const MARKER = /^(?:<{7}|>{7}) /m;
const BESIDE = /~[0-9a-f]{40}(?:_\d+)?$/;

interface Resolving {
  runner: () => AttemptRunner;
  sandbox: RunPorts['sandbox'];
  /** Under which the attempt runs. */
  held: Parameters<typeof openBox>[2];
  /** The data to start an agent for the attempt. */
  where: Omit<AgentTask, 'text' | 'options' | 'variables' | 'cwd'>;
  variables: AgentTask['variables'];
  copies: Pick<TasksInCopies, 'conflictFor' | 'resolve'>;
  /** Makes the workspace of the attempt ready again. */
  again: () => Promise<PreparedWorkspace | Error>;
}

/**
 * Has fresh agents resolve the conflicts between what the task of an attempt needs, one after the other, if the list requests
 * that. Returns what the attempt begins with, and what that has cost; `end`: how it ends in place of that, null: it begins.
 */
export async function resolveConflicts(
  record: ExecutionRecord,
  given: PreparedWorkspace | Error,
  resolving: Resolving,
): Promise<{ begins: PreparedWorkspace | Error; spent: Spent; end: AgentEnd | null }> {
  let begins = given;
  let spent = NOTHING_SPENT;
  // Each of what it needs may conflict with those before.
  for (let most = record.tasks.length; begins instanceof JoinConflict && most > 0; most -= 1) {
    const folder = await resolving.copies.conflictFor(resolving.where.task, begins).catch(() => null);
    if (folder === null) break;
    const end = await resolveOne(record, begins, folder, resolving);
    spent = addSpent(spent, end);
    if (end.outcome !== 'completed') return { begins, spent, end: { ...end, ...spent } };
    begins = await resolving.copies
      .resolve(folder, begins)
      .then(resolving.again, (error: unknown) => error as Error);
  }
  return { begins, spent, end: null };
}

/** Returns how an attempt to resolve a conflict has ended; completed: it is resolved. */
async function resolveOne(
  record: ExecutionRecord,
  conflict: JoinConflict,
  folder: string,
  { runner: open, sandbox, held, where, variables }: Resolving,
): Promise<AgentEnd> {
  const runner = open();
  const { options, network = record.network } = runner.task;
  const place = { ...where, cwd: folder, options, kind: 'prompt', readOnly: false, network } as const;
  const opened = await openBox(sandbox, record, held, place, {}, runner.signal).catch(
    (error: Error) => error.message,
  );
  if (typeof opened === 'string') {
    runner.close();
    return runner.ended ?? bareEnd('spawn_failed', opened);
  }
  const { box } = opened;
  const task = { ...where, cwd: folder, text: '', options, variables, ...(box && { box }) };
  const helper = helperFor(runner.task, 'fix');
  let spent = NOTHING_SPENT;
  try {
    for (let round = 1; ; round += 1) {
      const text = promptFor(record, conflict, round);
      const asked = changingTask(task, helper, { text, isOwn: helper.agent === runner.task.agent });
      const ended = await runner.run(helper.agent, asked, runner.sinkFor('resolution', helper.agent));
      spent = addSpent(spent, ended);
      if (isBlocking(ended.outcome))
        return {
          ...bareEnd(ended.outcome, ended.message),
          ...limitOf(ended, helper.agent, runner.task.agent),
          ...spent,
        };
      const why = await leftOf(conflict, folder, ended);
      const checked = why === null ? await runChecks(runner, task, { ...ended, ...spent }) : null;
      if (checked?.outcome === 'completed') {
        const paths = shown(conflict);
        const message = `The work of task ${String(conflict.task)} conflicted with that of others at ${paths}; an agent has resolved it. Both sides are kept, as snapshots.`;
        await runner.note({ type: 'task.warning', data: { code: 'conflict_resolved', message } });
        return checked;
      }
      if (checked) ({ cost_usd: spent.cost_usd, usage: spent.usage } = checked);
      if (checked && isBlocking(checked.outcome)) return checked;
      if (round < MOST_ROUNDS) continue;
      const message = `${conflict.message} An agent could not resolve it: ${why ?? checked?.message ?? ''}`;
      return { ...bareEnd('merge_conflict', message), ...spent };
    }
  } finally {
    await opened.close();
    runner.close();
  }
}

/** Returns why a conflict is not resolved, for people; null: none of it is left. */
async function leftOf(
  { paths }: JoinConflict,
  folder: string,
  { outcome, message }: AgentEnd,
): Promise<string | null> {
  if (outcome !== 'completed') return message ?? outcome;
  for (const path of paths) {
    const at = Buffer.concat([Buffer.from(`${folder}/`), bytesOf(path)]);
    const stats = await lstat(at).catch(() => null);
    const name = JSON.stringify(shownPath(path).path);
    if (stats && BESIDE.test(path)) return `${name} is still there`;
    if (!stats?.isFile() || stats.size > MOST_BYTES) continue;
    const content = readPlainSync(at, MOST_BYTES);
    if (content && MARKER.test(content.toString('latin1'))) return `${name} has markers of a conflict`;
  }
  return null;
}

function promptFor({ tasks }: ExecutionRecord, conflict: JoinConflict, round: number): string {
  const again =
    round === 1 ? '' : '\n\nAnother agent has tried that already, and something is left or fails. Finish it.';
  return `Several agents have worked on copies of this directory at the same time. Their work was merged here, and conflicts at ${shown(conflict)}. In texts, git's markers (<<<<<<<, =======, >>>>>>>) are around what conflicts: first what the others have left, then what the task below has. Of other files one side is there, or a file of one side stands beside a folder of the other, with a ~ and a long number behind its name. Resolve all of it, so that what both sides wanted is done. Leave no marker and no such file, and change nothing else.${again}

<task>
${taskAt(tasks, conflict.task)?.text ?? ''}
</task>
`;
}

function shown({ paths }: JoinConflict): string {
  return paths
    .map((path) => JSON.stringify(shownPath(path).path))
    .slice(0, 20)
    .join(', ');
}
