import { taskNumbers } from '@cc-executor/contracts/task-numbers';
import {
  toolOf,
  type AgentName,
  type TaskKind,
  type PromptOptions,
  type CheckOptions,
  type CopiesOption,
  type Network,
  type RepositoryRecord,
} from '@cc-executor/contracts';

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
  /** In seconds; null: the worker's default; auto: learned from earlier runs. */
  timeout: number | 'auto' | null;
  /** The number of retries. */
  retries: number;
  /** Its own options for checks; the others come from the list. */
  checking: CheckOptions;
  /** The numbers of the tasks that it needs; absent: the task before it. */
  needs?: readonly number[];
  /** After what ends of those it runs; absent: as the list's `on_failure` says. */
  when?: 'success' | 'always' | 'failure';
  /** True: it only reads, and works in the workspace itself while others run; absent: it works in a copy then. */
  shared?: true;
  /** The hosts that its containers may reach; absent: those of its list. */
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
  /** The files that are linked or copied into the copies of tasks; absent: all that snapshots exclude are copied. */
  copies?: CopiesOption;
  /** The reaction to conflicting work of tasks; absent: a task that needs both fails. */
  on_conflict?: 'agent';
  /** The state of the workspace for a retry; absent: as the failed attempt left it. */
  on_retry?: 'restore';
  /** The isolation of its attempts; absent: processes of the worker. */
  isolation?: 'container';
  /** The image of its containers; absent: the launcher's default. */
  image?: string;
  /** The hosts that its containers may reach; absent: only the model. */
  network?: Network;
  /** The list's options for checks, for tasks without their own. */
  checking: CheckOptions;
  /** The folder below the workspaces root, as named by the caller. */
  workspace: string;
  /** Its path from the root, resolved at submission; null: an earlier version stored it. */
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

/** The beginning of an execution that reruns another one. */
export interface RerunOf {
  execution_id: string;
  /** The first task that is run; those before it are carried over. From 1. */
  from: number;
  /** The tasks that are carried over, where some of them are behind `from`; absent: all before it. */
  carried?: number[];
  /**
   * The execution whose outputs and clone it takes over: the one that it reruns, or where that never began, the one that
   * that reruns.
   */
  takes_over: Pick<ExecutionRecord, 'execution_id' | 'uuid'>;
  /** True: it works in the same folder, as that is. */
  keeps_workspace: boolean;
  /** The snapshot that its own folder begins with, and the execution that has it; null: none. */
  begins_with:
    | (Pick<ExecutionRecord, 'execution_id' | 'uuid' | 'workspace' | 'workspace_path'> & {
        snapshot: string;
        /** The work of tasks that ran at the same time, merged in this order; absent: none. */
        joins?: TaskJoin[];
      })
    | null;
}

/** The work of a task: the difference between two snapshots. */
export interface TaskJoin {
  task: number;
  before: string;
  after: string;
}

/** Returns the tasks that a rerun carries over, by number. */
export function carriedTasks({ from, carried }: Pick<RerunOf, 'from' | 'carried'>): number[] {
  return carried ?? taskNumbers(from - 1);
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

/** Returns the name of an execution for people: its title, or its first task and the number of the others. */
export function titleOf({ title, tasks }: Pick<ExecutionRecord, 'title' | 'tasks'>): string {
  const [first] = tasks;
  if (title !== undefined || first === undefined) return title ?? '';
  const { variant } = first;
  // Of variants, the task of the list.
  const task = describeTask(variant ? { ...first, name: variant.name } : first);
  const others = tasks.length - (variant?.of ?? 1);
  return others === 0 ? task : `${task} (and ${String(others)} more)`;
}
