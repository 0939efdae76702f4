import { z } from 'zod';
import type { AttemptEnd } from '../events/attempt-end.ts';
import type { ExecutionEvent } from '../events/events.ts';
import type { TaskKind } from '../language/agents.ts';
import { HOOK_STAGES, type HookStage } from '../language/hook-stages.ts';
import { LIMITS } from '../language/limits.ts';
import { PromptText } from '../rest/submission.ts';

/** The built-in hooks, with what each does. */
export const BUILT_IN_HOOKS = {
  metrics: 'Sums up, at the end of an execution, how its attempts ended and what they took.',
  workspace:
    'Puts a virtual environment and node_modules/.bin, where the workspace has them, first on the PATH of its tasks.',
  review: 'Has a fresh agent review what a prompt has changed in the workspace.',
} as const;
export type BuiltInHook = keyof typeof BUILT_IN_HOOKS;
export const BUILT_IN_HOOK_NAMES = Object.keys(BUILT_IN_HOOKS) as [BuiltInHook, ...BuiltInHook[]];

interface Context<S extends HookStage> {
  /** When the hook runs. */
  stage: S;
  /** The name of the hook. */
  hook: string;
  /** The id of the execution. */
  execution_id: string;
  /** The absolute path of the tasks' folder. */
  workspace: string;
  /** Tasks of the list. */
  total_tasks: number;
}

interface HookTask {
  /** From 1. */
  task_number: number;
  /** Its name; null: none was given. */
  name: string | null;
  /** Prompt, command or tool. */
  kind: TaskKind;
  /** The prompt after the previous hooks, or the command. */
  text: string;
}

interface AttemptContext {
  /** The task. */
  task: HookTask;
  /** The number of the attempt, from 1. */
  attempt: number;
}

/** The context of a hook, as JSON. */
export interface HookContexts {
  /** Before the first task, also when another worker continues the execution after a wait or a crash. */
  pre_execution: Context<'pre_execution'> & {
    /** All tasks, in their order. */
    tasks: HookTask[];
    /** Whether another worker had begun it. */
    continued: boolean;
  };
  /** Before each attempt. */
  pre_task: Context<'pre_task'> & AttemptContext;
  /** After each attempt. */
  post_task: Context<'post_task'> &
    AttemptContext & {
      /** How the attempt ended. */
      end: Omit<AttemptEnd, 'receipt'>;
    };
  /** After the last task. */
  post_execution: Context<'post_execution'> & {
    /** The status with which it will end. */
    status: 'completed' | 'failed' | 'cancelled';
    /** Tasks that succeeded. */
    completed_tasks: number;
    /** Tasks that failed or timed out. */
    failed_tasks: number;
    /** Never started. */
    not_run_tasks?: number;
    /** Tasks that completed with warnings. */
    warned_tasks?: number;
    /** Seconds. */
    execution_time: number;
    /** US dollars, by the agent's estimate; null: unknown. */
    cost_usd: number | null;
  };
  /** After each event, as it is stored. */
  on_event: Context<'on_event'> & {
    /** The event. */
    event: ExecutionEvent;
  };
}
export type HookContext<S extends HookStage = HookStage> = HookContexts[S];

const message = z.string('must be a string').max(10_000, 'must have at most 10,000 characters').optional();

/** Environment variables of a process. */
const Env = z
  .record(
    z.string().regex(/^(?!CC_EXECUTOR_)[A-Za-z_][A-Za-z0-9_]*$/),
    z
      .string('must be a string')
      .refine((value) => !value.includes('\0'), 'must not contain a NUL character')
      .max(LIMITS.commandBytes, 'is too long for a variable'),
    {
      error: ({ code }) =>
        code === 'invalid_key'
          ? 'is not a name of a variable that a hook may set'
          : 'must be an object of variables',
    },
  )
  .optional();

const afterwards = z.strictObject(
  {
    proceed: z
      .literal(true, 'must be true: what it could refuse has happened')
      .optional()
      .describe('May be absent or true: nothing can be refused any more.'),
    message,
  },
  'must be an object like {proceed, message}',
);
const before = z.strictObject(
  {
    proceed: z.boolean('must be true or false').default(true).describe('Whether the task may continue.'),
    message,
    env: Env.describe('Variables that the task gets.'),
  },
  'must be an object like {proceed, message, env}',
);

/** The possible answers of a hook for each stage; an empty answer means: continue. */
export const HOOK_ANSWERS = {
  pre_execution: before,
  pre_task: before.extend({
    prompt: PromptText.optional().describe('The prompt that the agent gets instead.'),
  }),
  post_task: afterwards,
  post_execution: afterwards,
  on_event: afterwards,
} as const;
export type HookAnswer<S extends HookStage = HookStage> = z.input<(typeof HOOK_ANSWERS)[S]>;

/** A hook, as the default export of a module. */
export type Hook<S extends HookStage = HookStage> = (
  context: HookContext<S>,
) => HookAnswer<S> | undefined | Promise<HookAnswer<S> | undefined>;

/** The result of one run of a hook. */
export const HOOK_RESULTS = ['proceed', 'amended', 'refused', 'failed', 'timed_out'] as const;
export type HookResult = (typeof HOOK_RESULTS)[number];

export const HookView = z.strictObject({
  name: z.string().describe('the name of the hook'),
  stage: z.enum(HOOK_STAGES).describe('when it runs'),
  source: z.string().describe('the file of the module, the command, or: built in'),
  required: z.boolean().describe('true: the action fails if the hook fails'),
  timeout: z.number().nullable().describe('seconds; null: that of its task'),
  events: z.array(z.string()).optional().describe('for on_event: the types of events that it runs for'),
});
export type HookView = z.output<typeof HookView>;

export const HookRunView = z.strictObject({
  at: z.string().describe('when it started; RFC 3339'),
  hook: z.string().describe('the name of the hook'),
  stage: z.enum(HOOK_STAGES).describe('when it runs'),
  execution_id: z.string().describe('the id of the execution'),
  task: z.int().nullable().describe('the number of the task, from 1; null: it ran for the execution'),
  result: z.enum(HOOK_RESULTS).describe('how the run ended'),
  message: z.string().nullable().describe('what it said; null: nothing'),
  execution_time: z.number().describe('seconds'),
});
export type HookRunView = z.output<typeof HookRunView>;

/** The hooks, and their last runs since the start of the workers. */
export const HookStatus = z
  .strictObject({
    enabled: z.boolean().describe('true if there is a hook'),
    hooks_configured: z.array(z.string()).describe('the stages that have hooks'),
    hooks: z.array(HookView).describe('the hooks of the server'),
    recent_executions: z.array(HookRunView).describe('the last runs of hooks, newest first'),
    statistics: z
      .record(z.string(), z.int())
      .describe('the number of runs, total and by result, since the workers started'),
  })
  .meta({ id: 'HookStatus' });
export type HookStatus = z.output<typeof HookStatus>;
