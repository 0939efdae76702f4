import {
  argumentTexts,
  DEFAULT_AGENTS,
  HONOURED_OPTIONS,
  kindOfTask,
  profileTimeout,
  promptDefaults,
  toolDefaults,
  toolOf,
  toolText,
  type AgentName,
  type TaskKind,
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
  type Network,
  type RepositoryRecord,
} from '@cc-executor/contracts';
import { withVariables } from './variables.ts';
import { randomUUID } from 'node:crypto';

/** The queue of an execution: a short command never waits behind hours of prompts. */
export type Lane = 'prompts' | 'commands';

/** A task as it was submitted; it never changes. */
export interface TaskRecord {
  kind: TaskKind;
  /** The prompt, the command, or the call of a tool as `toolText` returns it. */
  text: string;
  name: string | null;
  agent: AgentName;
  /** The given options of a prompt, or those that a tool honours, and nothing else; {} for a command. */
  options: PromptOptions;
  /** In seconds; null: the worker's default; auto: learnt from earlier runs. */
  timeout: number | 'auto' | null;
  /** The number of retries. */
  retries: number;
  /** Its own options for checks; the others come from the list. */
  checking: CheckOptions;
  /** The numbers of the tasks that it needs; absent: the task before it. */
  needs?: readonly number[];
  /** After what ends of those it runs; absent: as the list's `on_failure` says. */
  when?: 'success' | 'always' | 'failure';
  /** What its containers may reach; absent: as its list says. */
  network?: Network;
  /** Which variant of a task of the list it is; absent: it is not one. */
  variant?: Variant;
  /** The numbers of the variants of which it picks one; absent: it picks none. */
  picks?: readonly number[];
}

/** One of several tasks that were made of one prompt. */
interface Variant {
  /** From 1. */
  number: number;
  /** How many there are. */
  of: number;
  /** The name of the prompt in its list; null: it has none. */
  name: string | null;
}

/** The newest schema of records that this version reads, and the one that it writes. */
export const RECORD_SCHEMA = 5;

/** An execution as it was submitted; it never changes. */
export interface ExecutionRecord {
  schema: typeof RECORD_SCHEMA;
  execution_id: string;
  /** Identifies its evidence; null: an earlier version created it. */
  uuid: string | null;
  created_at: string;
  /** As it was given; absent: it was not. */
  title?: string;
  labels?: Readonly<Record<string, string>>;
  tasks: TaskRecord[];
  on_failure: 'stop' | 'continue' | 'skip_dependents';
  /** How many of its tasks run at the same time, at most; absent: the default. */
  max_parallel?: number;
  /** What follows where the work of tasks conflicts; absent: what needs them fails. */
  on_conflict?: 'agent';
  /** What the workspace is when a failed attempt is tried again; absent: as that left it. */
  on_retry?: 'restore';
  /** What its attempts run in; absent: processes of the worker. */
  isolation?: 'container';
  /** The image of its containers; absent: the launcher's default. */
  image?: string;
  /** What its containers may reach; absent: nothing but the model. */
  network?: Network;
  /** The list's options for checks, for tasks without their own. */
  checking: CheckOptions;
  /** The folder below the workspaces root, as named by the caller. */
  workspace: string;
  /** What it resolved to at submission, from the root; null: an earlier version stored it. */
  workspace_path: string | null;
  /**
   * True if the caller named it: executions that name the same one take turns, and it is never removed. Else the
   * execution creates it, and works in no existing folder.
   */
  workspace_named: boolean;
  lane: Lane;
  /** The user's repository that it works for; absent: there is none. */
  repository?: RepositoryRecord;
  /** The execution that it reruns; absent: none. */
  rerun?: RerunOf;
  /** The executions whose tasks started it, outermost first; absent: an outside client did. */
  lineage?: readonly string[];
}

/** What an execution that reruns another begins with. */
export interface RerunOf {
  execution_id: string;
  /** The first task that is run; those before it are carried over. From 1. */
  from: number;
  /** The tasks that are carried over, where some of them are behind `from`; absent: all before it. */
  carried?: number[];
  /** The execution whose outputs and clone it takes over: the one that it reruns, or where that never began, the one that that reruns. */
  takes_over: Pick<ExecutionRecord, 'execution_id' | 'uuid'>;
  /** True: it works in the same folder, as that is. */
  keeps_workspace: boolean;
  /** The snapshot that its own folder begins with, and the execution that has it; null: none. */
  begins_with:
    | (Pick<ExecutionRecord, 'execution_id' | 'uuid' | 'workspace' | 'workspace_path'> & {
        snapshot: string;
        /** What tasks have done that ran at the same time, each joined with that; absent: nothing. In their order. */
        joins?: TaskJoin[];
      })
    | null;
}

/** What a task has done: the difference of two snapshots. */
export interface TaskJoin {
  task: number;
  before: string;
  after: string;
}

/** Returns the tasks that a rerun carries over, by number. */
export function carriedTasks({ from, carried }: Pick<RerunOf, 'from' | 'carried'>): number[] {
  return carried ?? Array.from({ length: from - 1 }, (_, index) => index + 1);
}

/** Fields of an execution's record that are not in its request. */
interface RecordPlace {
  /** The name of its folder if the request has none; default: its id. */
  workspace?: string | undefined;
  /** The path of its folder from the root; default: its name. */
  workspace_path?: string | undefined;
  lineage?: readonly string[] | undefined;
  repository?: RepositoryRecord | null;
  /** What its attempts run in; default: what the request says. */
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

/** The tasks of a valid request, with the defaults and the variables of their list; of a prompt with variants, each of these. */
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
      ...(typeof input !== 'string' && input.network && { network: input.network }),
    };
    return variantsFrom(task, variantsOf(list.tasks[index]));
  });
}

/** What tasks of a list need and pick, by the numbers of the tasks of its execution. */
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

/** A task of a list with other references in what is a template of it. */
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

/** Returns one line that identifies a task for people: its name, its tool, or the start of its text. */
export function describeTask(task: TaskRecord): string {
  const line =
    task.name ?? (task.kind === 'tool' ? nameOfTool(task) : task.text.trim().split('\n', 1)[0]) ?? '';
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

function nameOfTool({ text }: TaskRecord): string {
  const { server, name } = toolOf(text);
  return `${server}: ${name}`;
}

/** What people call an execution: its title, or its first task and how many more there are. */
export function titleOf({ title, tasks }: Pick<ExecutionRecord, 'title' | 'tasks'>): string {
  const [first] = tasks;
  if (title !== undefined || first === undefined) return title ?? '';
  return tasks.length === 1
    ? describeTask(first)
    : `${describeTask(first)} (and ${String(tasks.length - 1)} more)`;
}

/** What a list, or a task itself, asks of checks. */
export function checkingOf({ checks, on_check_failure, max_fixes }: CheckOptions): CheckOptions {
  return {
    ...(checks === undefined ? {} : { checks }),
    ...(on_check_failure === undefined ? {} : { on_check_failure }),
    ...(max_fixes === undefined ? {} : { max_fixes }),
  };
}

/** The given options that the agent honours: of a list's defaults, the others are not for it. */
function optionsOf(task: PromptOptions, honoured: readonly (keyof PromptOptions)[]): PromptOptions {
  const given = honoured.map((name) => [name, task[name]]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as PromptOptions;
}
