import { z } from 'zod';
import { HookStatus } from '../hooks/hooks.ts';
import { durationOf } from '../rest/durations.ts';
import { listConflicts } from '../rest/list-conflicts.ts';
import { EXECUTION_STATUSES } from '../language/states.ts';
import { CommandText, ExecuteRequest, ExecutionId, listOptions, PromptText } from '../rest/submission.ts';
import { StatusView } from '../rest/views.ts';

const after = z
  .int('must be a whole number')
  .nonnegative('must not be negative')
  .default(0)
  .describe('the last seq that you received');
const kinds = ['command', 'prompt', 'tasks'] as const;
const ignored = z.unknown().optional().describe('ignored: some clients repeat the id of the call here');
const sessionId = z.string('must be a string').describe('as in `connected`');

export const ExecuteParams = z
  .strictObject({
    command: CommandText.optional(),
    prompt: PromptText.optional(),
    tasks: ExecuteRequest.shape.tasks.optional().describe('A list of tasks; always detached.'),
    timeout: durationOf('The timeout of a task, in seconds; null: the default.').nullish(),
    detach: z
      .boolean('must be true or false')
      .default(false)
      .describe('True: it continues when this socket closes.'),
    execution_id: ExecutionId.optional().describe("The caller's own id for the execution."),
    title: ExecuteRequest.shape.title,
    labels: ExecuteRequest.shape.labels,
    ...listOptions,
    id: ignored,
  })
  .superRefine((params, context) => {
    for (const { path, message } of listConflicts(params))
      context.addIssue({ code: 'custom', path, message });
    const given = kinds.filter((kind) => params[kind] !== undefined);
    if (given.length === 1) return;
    const has = given.length === 0 ? 'none' : given.join(' and ');
    const message = `needs exactly one of command, prompt and tasks; this has ${has}`;
    context.addIssue({ code: 'custom', path: [], message });
  });

export const SubscribeParams = z.strictObject({
  execution_id: ExecutionId.describe('The id of the execution.'),
  after,
  epoch: z.string().optional().describe('The epoch of the log that `after` belongs to.'),
});
export const UnsubscribeParams = z.strictObject({
  execution_id: ExecutionId.describe('The id of the execution.'),
});
export const StatusParams = z.strictObject({
  execution_id: ExecutionId.optional().describe(
    'The id of the execution; default: the state of the session.',
  ),
});
export const AttachParams = z.strictObject({ session_id: sessionId, after });
export const ControlParams = z.strictObject({
  type: z
    .enum(['PAUSE', 'RESUME', 'CANCEL'], 'must be "PAUSE", "RESUME" or "CANCEL"')
    .describe('What to do.'),
  execution_id: ExecutionId.optional().describe("default: the session's own"),
  id: ignored,
});

/** The status of a session: its foreground process, and its subscriptions. */
export const SessionView = z.strictObject({
  session_id: z.string().describe('the id of the session'),
  status: z.enum(['idle', 'busy']).describe('whether a foreground process runs'),
  execution_id: z.string().nullable().describe('of the foreground process; null: none'),
  subscriptions: z.array(z.string()).describe('the executions that it follows'),
});

/** Every method of `/ws/mcp`: what it does, its params, and its result. */
export const RPC_METHODS = {
  execute: {
    summary: 'Runs a command, a prompt or a list of tasks; one foreground process for each session.',
    params: ExecuteParams,
    result: z.strictObject({
      status: z.literal('started').describe('it is stored and will run'),
      execution_id: z.string().describe('the id of the execution'),
    }),
  },
  control: {
    summary: 'Pauses, resumes or cancels an execution.',
    params: ControlParams,
    result: z.strictObject({
      execution_id: z.string().describe('the id of the execution'),
      status: z.enum(EXECUTION_STATUSES).describe('its state'),
    }),
  },
  subscribe: {
    summary: "Sends an execution's events after a position: replayed, then live.",
    params: SubscribeParams,
    result: z.strictObject({
      execution_id: z.string().describe('the id of the execution'),
      from: z.int().describe('seq of the first event that will come'),
      head: z.int().describe('seq of the last event'),
    }),
  },
  unsubscribe: {
    summary: 'Stops sending them.',
    params: UnsubscribeParams,
    result: z.strictObject({}),
  },
  status: {
    summary: 'The status of an execution, or without an id of the session.',
    params: StatusParams,
    result: z.union([StatusView, SessionView]),
  },
  attach: {
    summary: 'Reattaches to the foreground process of a session whose socket was lost.',
    params: AttachParams,
    result: z.strictObject({
      session_id: z.string().describe('the id of the session'),
      execution_id: z.string().describe('the id of the execution'),
    }),
  },
  hook_status: {
    summary: 'The hooks and the results of their last runs.',
    params: z.strictObject({}),
    result: HookStatus,
  },
} as const satisfies Record<string, { summary: string; params: z.ZodType; result: z.ZodType }>;

export type RpcMethod = keyof typeof RPC_METHODS;
export type RpcParams<M extends RpcMethod> = z.output<(typeof RPC_METHODS)[M]['params']>;
export type RpcResult<M extends RpcMethod> = z.output<(typeof RPC_METHODS)[M]['result']>;
