import { taskAt } from '@cc-executor/contracts/task-numbers';
import {
  DEFAULT_AGENTS,
  renumberReferences,
  toolOf,
  type ExecuteRequest,
  type PromptOptions,
  type RepositoryRecord,
} from '@cc-executor/contracts';
import { isDeepStrictEqual } from 'node:util';
import type { ExecutionStore } from './ports/store.ts';
import { withoutSecrets } from './prompt-options.ts';
import { notFound } from './stored-execution.ts';
import { withReferences } from './make-record.ts';
import { type ExecutionRecord, type TaskRecord } from './record.ts';

type Task = Exclude<ExecuteRequest['tasks'][number], string>;

/**
 * Returns the list that an execution was made of, as it may be submitted again: its tasks are the same then. What all of
 * them have, and the time limit and the tries that most have, are said once, for the list. Variables have their values; what may be secret of MCP servers is left out.
 */
export function submissionOf(record: ExecutionRecord): ExecuteRequest {
  const { title, labels, on_failure, workspace, workspace_named, checking } = record;
  const timeout = usual(record.tasks.map((task) => task.timeout));
  const retries = usual(record.tasks.map((task) => task.retries));
  const shared = sharedOptions(record.tasks);
  return {
    ...(title !== undefined && { title }),
    ...(labels !== undefined && { labels }),
    ...(workspace_named && { workspace }),
    ...(record.repository && { repository: repositoryOf(record.repository, record.execution_id) }),
    on_failure,
    ...(record.max_parallel !== undefined && { max_parallel: record.max_parallel }),
    ...(record.copies !== undefined && { copies: record.copies }),
    ...(record.on_conflict !== undefined && { on_conflict: record.on_conflict }),
    ...(record.on_retry !== undefined && { on_retry: record.on_retry }),
    ...(record.isolation !== undefined && { isolation: record.isolation }),
    ...(record.image !== undefined && { image: record.image }),
    ...(record.network !== undefined && { network: record.network }),
    ...(timeout !== null && { timeout_per_task: timeout }),
    ...(retries !== null && retries > 0 && { retries }),
    ...checking,
    ...shared,
    tasks: listed(record.tasks, shared, (task) => taskOf(task, { timeout, retries, shared })),
  };
}

/** The tasks of the list: variants are one again, and tasks are named by their numbers there. */
function listed(
  tasks: readonly TaskRecord[],
  { template }: PromptOptions,
  inList: (task: TaskRecord) => Task,
): Task[] {
  if (!tasks.some(({ variant }) => variant)) return tasks.map(inList);
  const items: number[] = [];
  for (const { variant } of tasks) {
    const before = items.at(-1) ?? 0;
    items.push((variant?.number ?? 1) === 1 ? before + 1 : before);
  }
  const itemOf = (number: number) => taskAt(items, number) ?? number;
  const renumber = (text: string) =>
    renumberReferences(text, (named) => (/^\d+$/.test(named) ? itemOf(Number(named)) : null));
  return tasks.flatMap((task, index): Task[] => {
    const { variant, picks } = task;
    if ((variant?.number ?? 1) > 1) return [];
    const { needs: given, name, ...made } = withReferences(inList(task), { template }, renumber) as Task;
    const called = variant ? variant.name : name;
    const needs = given?.flatMap((number) =>
      typeof number === 'number' && !picks?.includes(number) ? [itemOf(number)] : [],
    );
    const [from] = picks ?? [];
    const isUsual = picks
      ? needs?.length === 0
      : variant && needs?.join() === (index === 0 ? '' : String(itemOf(index)));
    return [
      {
        ...(called != null && { name: called }),
        ...made,
        ...(variant && { variants: variant.of }),
        ...(needs && !isUsual && { needs }),
        ...(from !== undefined && { pick: itemOf(from) }),
      },
    ];
  });
}

/** Returns the list of a stored execution, as it can be submitted. Throws EXECUTION_NOT_FOUND. */
export async function readSubmission(store: ExecutionStore, executionId: string): Promise<ExecuteRequest> {
  const stored = await store.read(executionId);
  if (!stored) throw notFound(executionId);
  return submissionOf(stored.record);
}

function repositoryOf(
  { path, url, ref, branch, include, commits, deliver }: RepositoryRecord,
  id: string,
): NonNullable<ExecuteRequest['repository']> {
  return {
    ...(path !== null && { path }),
    ...(url !== null && { url }),
    ...(ref !== null && { ref }),
    // Its own branch is named after the execution.
    ...(branch !== `cc-executor/${id}` && { branch }),
    include: [...include],
    commit: commits,
    deliver,
  };
}

interface Shared {
  timeout: TaskRecord['timeout'];
  retries: number | null;
  shared: PromptOptions;
}

function taskOf(task: TaskRecord, { timeout, retries, shared }: Shared): Task {
  const own = Object.entries(withoutSecrets(task.options)).filter(([name]) => !(name in shared));
  return {
    ...(task.name !== null && { name: task.name }),
    ...whatOf(task),
    ...(task.agent !== DEFAULT_AGENTS[task.kind] && { agent: task.agent }),
    ...(task.timeout !== timeout && task.timeout !== null && { timeout: task.timeout }),
    ...retriesOf(task, retries),
    ...(task.needs && { needs: [...task.needs] }),
    ...(task.when && { when: task.when }),
    ...(task.shared && { shared: task.shared }),
    ...(task.network && { network: task.network }),
    ...task.checking,
    ...Object.fromEntries(own),
  };
}

function whatOf({ kind, text }: TaskRecord): Pick<Task, 'prompt' | 'command' | 'tool'> {
  return kind === 'tool' ? { tool: toolOf(text) } : { [kind]: text };
}

/** Its tries, if they differ from the default. */
function retriesOf({ retries, options }: TaskRecord, ofList: number | null): { retries: number } | null {
  const without = ofList !== null && ofList > 0 ? ofList : options.on_invalid === 'retry' ? 1 : 0;
  return retries === without ? null : { retries };
}

/**
 * The options that all prompts have; none where there is one prompt alone, or a tool to which they would apply too. A model
 * has its key by its own task alone.
 */
function sharedOptions(tasks: readonly TaskRecord[]): PromptOptions {
  if (tasks.some(({ kind }) => kind === 'tool')) return {};
  const [first, ...others] = tasks
    .filter(({ kind }) => kind === 'prompt')
    .map((task) => withoutSecrets(task.options));
  if (first === undefined || others.length === 0) return {};
  const isForModel = tasks.some(({ agent }) => agent === 'model');
  const all = Object.entries(first).filter(
    ([name, value]) =>
      !(isForModel && name === 'pass_env') &&
      others.every((options) => isDeepStrictEqual(options[name as keyof PromptOptions], value)),
  );
  return Object.fromEntries(all);
}

/** Returns the value that most have, of several the first; null: some have none, or all have different ones. */
function usual<T extends string | number>(values: readonly (T | null)[]): T | null {
  const counts = new Map<T, number>();
  for (const value of values) {
    if (value === null) return null;
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const most = Math.max(2, ...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0] ?? null;
}
