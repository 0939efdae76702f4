import { z } from 'zod';
import { AttemptEnd } from '../events/attempt-end.ts';
import { TASK_EVENTS } from '../events/task-events.ts';
import { EventEnvelope, EVENTS } from '../events/events.ts';

const about = {
  execution_id: z.string().describe('the id of the execution'),
  seq: z.int().describe('of the event that it reports'),
};
const place = {
  ...about,
  task: z.int().describe('the number of the task, from 1'),
  attempt: z.int().describe('the number of the attempt, from 1'),
};
const gap = {
  from: z.int().describe('seq of the first missing event'),
  to: z.int().describe('seq of the last missing event'),
  output: z.string().describe('the address of the whole output, with {n} for the task'),
};

const after = z.int().describe('seq of the last event that was sent: connect again and continue after it');

/** The notifications that the server sends on `/ws/mcp`. */
export const NOTIFICATIONS = {
  connected: z.strictObject({
    session_id: z.string().describe('the id of the session'),
    version: z.string().describe('the version of cc-executor'),
    capabilities: z.array(z.string()).describe('what the gateway can do'),
  }),
  event: EventEnvelope,
  gap: z.strictObject({ execution_id: z.string().describe('the id of the execution'), ...gap }),
  reset: z.strictObject({
    execution_id: z.string().describe('the id of the execution'),
    epoch: z
      .string()
      .describe('the life of the log: another one means that events were lost, and that numbers begin again'),
  }),
  end: z.strictObject({
    execution_id: z.string().describe('the id of the execution'),
    last: z.int().describe('seq of the last event'),
  }),
  restart: z.strictObject({ execution_id: z.string().describe('the id of the execution'), after }),
  'process.started': z.strictObject({
    ...place,
    pid: z.int().nullable().describe('null: it runs in a container'),
    pgid: z.int().nullable().describe('the id of its process group; null: it runs in a container'),
    reason: TASK_EVENTS['task.started'].data.shape.reason
      .optional()
      .describe('why there is this attempt: first, retry, or how the one before ended; absent: not known'),
  }),
  'process.output': z.strictObject({
    ...place,
    type: z.enum(['stdout', 'stderr']).describe('which output it is'),
    data: z.string().describe('the text, or the bytes in base64'),
    encoding: z.literal('base64').optional().describe('for bytes that are not UTF-8'),
    truncated: z.boolean().describe('true: output right before this was trimmed'),
    chunk_index: z.int().describe('from 0'),
    total_chunks: z.int().describe('how many parts there are'),
  }),
  'process.paused': z.strictObject({ ...about, reason: z.string().describe('why') }),
  'process.resumed': z.strictObject(about),
  'process.canceled': z.strictObject({ ...about, reason: z.string().describe('why') }),
  'process.completed': z.strictObject({
    ...about,
    task: z.int().describe('the number of the task, from 1'),
    attempt: z.int().optional().describe('absent if it never started'),
    status: z.enum(['completed', 'failed', 'timed_out', 'cancelled', 'skipped']).describe('how it ended'),
    exit_code: z
      .int()
      .nullable()
      .describe('the exit status of the process; null: it has none, or a signal ended it'),
    signal: z.string().nullable().describe('the signal that ended the process; null: none'),
    error: z.string().nullable().describe('why it did not succeed; null: it did'),
    warnings: AttemptEnd.shape.warnings,
    execution_time: AttemptEnd.shape.execution_time,
  }),
  'hook.warning': z.strictObject({ ...about, ...EVENTS['hook.warning'].data.shape }),
  'error.token_limit_exceeded': z.strictObject({
    ...place,
    message: z.string().describe('the same for people'),
  }),
  'error.rate_limit_exceeded': z.strictObject({
    ...place,
    message: z.string().describe('the same for people'),
    error_type: z
      .enum(['usage_limit', 'rate_limit_429'])
      .optional()
      .describe('usage_limit: of the plan; rate_limit_429: too many requests, or an overload'),
    retry_after: z.number().optional().describe('seconds until it is tried again'),
    resets_at: z.string().optional().describe('the same as a time, RFC 3339'),
    recoverable: z.boolean().optional().describe('true: it is tried again by itself'),
  }),
} as const satisfies Record<string, z.ZodType>;

export type NotificationName = keyof typeof NOTIFICATIONS;
export type NotificationParams<N extends NotificationName> = z.output<(typeof NOTIFICATIONS)[N]>;

/** The messages beside events on `/executions/{id}/stream`, and in SSE under the same names. */
export const STREAM_FRAMES = {
  gap: z.strictObject({ type: z.literal('gap').describe('which frame it is'), ...gap }),
  reset: z.strictObject({
    type: z.literal('reset').describe('which frame it is'),
    epoch: z
      .string()
      .describe('the life of the log: another one means that events were lost, and that numbers begin again'),
  }),
  end: z.strictObject({
    type: z.literal('end').describe('which frame it is'),
    last: z.int().describe('seq of the last event'),
  }),
  restart: z.strictObject({ type: z.literal('restart').describe('which frame it is'), after }),
  error: z.looseObject({
    type: z.literal('error').describe('which frame it is'),
    code: z.string().describe('the kind of error, by the table of errors'),
    message: z.string().describe('the same for people'),
  }),
} as const;
