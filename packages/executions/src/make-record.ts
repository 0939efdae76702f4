import {
  argumentTexts,
  DEFAULT_AGENTS,
  HONOURED_OPTIONS,
  kindOfTask,
  profileTimeout,
  promptDefaults,
  toolDefaults,
  toolText,
  type PromptOptions,
  type CheckOptions,
  neededIn,
  placesOf,
  renumberReferences,
  resolveNeed,
  variantsIn,
  variantsOf,
  withArgumentTexts,
  secondsOfDuration,
  type Referable,
  type ExecuteRequest,
  type Isolation,
  type RepositoryRecord,
} from '@cc-executor/contracts';
import { randomUUID } from 'node:crypto';
import { describeTask, RECORD_SCHEMA, type ExecutionRecord, type TaskRecord } from './record.ts';
import { withVariables } from './variables.ts';

/** Fields of an execution's record that are not in its request. */
interface RecordPlace {
  /** The name of its folder if the request has none; default: its id. */
  workspace?: string | undefined;
  /** The path of its folder from the root; default: its name. */
  workspace_path?: string | undefined;
  lineage?: readonly string[] | undefined;
  repository?: RepositoryRecord | null;
  /** The isolation of its attempts; default: that of the request. */
  isolation?: Isolation | undefined;
}

/** Returns the record of a valid request. */
export function makeRecord(
  request: ExecuteRequest,
  executionId: string,
  now: Date,
  {
    workspace = executionId,
    workspace_path,
    lineage = [],
    repository = null,
    isolation = request.isolation,
  }: RecordPlace = {},
): ExecutionRecord {
  const tasks = tasksOf(request);
  return {
    schema: RECORD_SCHEMA,
    execution_id: executionId,
    uuid: randomUUID(),
    created_at: now.toISOString(),
    ...(request.title !== undefined && { title: request.title }),
    ...(request.labels !== undefined && { labels: request.labels }),
    tasks,
    on_failure: request.on_failure,
    ...(request.max_parallel !== undefined && { max_parallel: request.max_parallel }),
    ...(request.copies !== undefined && { copies: request.copies }),
    ...(request.on_conflict === 'agent' && { on_conflict: request.on_conflict }),
    ...(request.on_retry === 'restore' && { on_retry: request.on_retry }),
    ...(isolation === 'container' && { isolation }),
    ...(isolation === 'container' && request.image !== undefined && { image: request.image }),
    ...(isolation === 'container' && request.network !== undefined && { network: request.network }),
    checking: checkingOf(withVariables(request)),
    workspace: request.workspace ?? workspace,
    workspace_path: workspace_path ?? request.workspace ?? workspace,
    workspace_named: request.workspace !== undefined,
    lane: tasks.some((task) => task.kind === 'prompt') ? 'prompts' : 'commands',
    ...(repository && { repository }),
    ...(lineage.length > 0 && { lineage }),
  };
}

/** Options that decide the form of an answer. */
const FORMS: ReadonlySet<string> = new Set(['json', 'json_mode', 'json_schema']);

/** Returns the tasks of a valid request, with the defaults and variables of their list; a prompt with variants is several. */
export function tasksOf(list: ExecuteRequest): TaskRecord[] {
  const filled = withVariables(list);
  // As they are written: what a task needs is found before names have their variables.
  const referable = list.tasks.map((task) => ({
    name: typeof task === 'string' ? null : (task.name ?? null),
    hasStderr: typeof task !== 'string' && kindOfTask(task) !== 'prompt',
  }));
  const order = orderOf(list.tasks, referable);
  return filled.tasks.flatMap((input, index) => {
    const task = {
      ...makeTask(order.renumbered(input, filled), filled),
      ...order.of(index),
      ...(typeof input !== 'string' && input.when && { when: input.when }),
      ...(typeof input !== 'string' && input.shared === true && { shared: input.shared }),
      ...(typeof input !== 'string' && input.network && { network: input.network }),
    };
    return variantsFrom(task, variantsOf(list.tasks[index]));
  });
}

/** Returns the needs and picks of a list's tasks, by the numbers of the tasks of its execution. */
function orderOf(tasks: ExecuteRequest['tasks'], referable: readonly Referable[]) {
  const objects = tasks.map((task) => (typeof task === 'string' ? {} : task));
  const variants = variantsIn(objects, referable);
  const places = placesOf(tasks);
  const needed = neededIn(objects, referable, variants);
  const hasVariants = variants.picking.size > 0;
  const numbersOf = (index: number) => {
    const { first, count } = places[index] ?? { first: index, count: 1 };
    return Array.from({ length: count }, (_, variant) => first + variant + 1);
  };
  /** Null: the reference stays as it is, by a name that still stands for one task. */
  const numberOf = (named: string): number | null => {
    const found = resolveNeed(named, referable, tasks.length);
    if (typeof found !== 'number') return null;
    const [number = found + 1] = numbersOf(found);
    return /^\d+$/.test(named) || (variants.counts[found] ?? 1) > 1 ? number : null;
  };
  return {
    of(index: number): Pick<TaskRecord, 'needs' | 'picks'> {
      const picked = variants.picked.get(index);
      // One of several variants is not before the others.
      const isSaid = objects[index]?.needs !== undefined || picked !== undefined;
      if (!isSaid && (variants.counts[index] ?? 1) === 1) return {};
      const needs = (needed[index] ?? []).flatMap(numbersOf).toSorted((one, other) => one - other);
      return { needs, ...(picked !== undefined && { picks: numbersOf(picked) }) };
    },
    /** A task with the references of its template by the numbers in the execution. */
    renumbered: (task: ExecuteRequest['tasks'][number], list: ExecuteRequest) =>
      hasVariants ? withReferences(task, list, (text) => renumberReferences(text, numberOf)) : task,
  };
}

/** Returns a task of a list whose templates have other references. */
export function withReferences(
  task: ExecuteRequest['tasks'][number],
  { template: ofList }: Pick<ExecuteRequest, 'template'>,
  rename: (text: string) => string,
): ExecuteRequest['tasks'][number] {
  if (typeof task === 'string') return ofList === true ? rename(task) : task;
  if ((task.template ?? ofList) !== true) return task;
  const { prompt, tool } = task;
  const texts = argumentTexts(tool?.arguments).map(({ text }) => rename(text));
  return {
    ...task,
    ...(prompt !== undefined && { prompt: rename(prompt) }),
    ...(tool?.arguments && {
      tool: {
        ...tool,
        arguments: withArgumentTexts(tool.arguments, texts.values()) as typeof tool.arguments,
      },
    }),
  };
}

/** Returns the task alone, or its variants. */
function variantsFrom(task: TaskRecord, count: number): TaskRecord[] {
  if (count === 1) return [task];
  return Array.from({ length: count }, (_, index) => ({
    ...task,
    name: `${describeTask(task)} (${String(index + 1)} of ${String(count)})`,
    variant: { number: index + 1, of: count, name: task.name },
  }));
}

function makeTask(input: ExecuteRequest['tasks'][number], list: ExecuteRequest): TaskRecord {
  const task: Exclude<typeof input, string> = typeof input === 'string' ? { prompt: input } : input;
  const kind = kindOfTask(task);
  const { retries, ...options } =
    kind === 'prompt'
      ? promptDefaults(list, task)
      : { retries: task.retries ?? list.retries, ...(task.tool && toolDefaults(list, task, task.tool)) };
  const agent = task.agent ?? DEFAULT_AGENTS[kind];
  const timeout =
    task.timeout ?? list.timeout_per_task ?? (kind === 'prompt' ? profileTimeout(list, task) : undefined);
  return {
    kind,
    text: task.tool ? toolText(task.tool) : (task.command ?? task.prompt ?? ''),
    name: task.name ?? null,
    agent,
    timeout: timeout === undefined || timeout === 'auto' ? (timeout ?? null) : secondsOfDuration(timeout),
    retries: retries ?? ('on_invalid' in options && options.on_invalid === 'retry' ? 1 : 0),
    // A model's server gets the key that is named first: that is never the secret of another task.
    options: optionsOf(
      agent === 'model' ? { ...options, pass_env: task.pass_env } : options,
      // The answer of a task that picks is its choice.
      HONOURED_OPTIONS[agent].filter((name) => task.pick === undefined || !FORMS.has(name)),
    ),
    checking: checkingOf(task),
  };
}

/** Returns the options for checks of a list or a task. */
export function checkingOf({ checks, on_check_failure, max_fixes }: CheckOptions): CheckOptions {
  return {
    ...(checks === undefined ? {} : { checks }),
    ...(on_check_failure === undefined ? {} : { on_check_failure }),
    ...(max_fixes === undefined ? {} : { max_fixes }),
  };
}

/** Returns the options that the agent supports; other defaults of a list do not apply to it. */
function optionsOf(task: PromptOptions, honoured: readonly (keyof PromptOptions)[]): PromptOptions {
  const given = honoured.map((name) => [name, task[name]]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as PromptOptions;
}
