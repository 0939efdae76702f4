import { z } from 'zod';
import { AttemptEnd } from '../events/attempt-end.ts';
import { TASK_EVENTS } from '../events/task-events.ts';
import { EventEnvelope, EVENTS } from '../events/events.ts';

const about = { execution_id: z.string(), seq: z.int().describe('of the event that it reports') };
const place = { ...about, task: z.int(), attempt: z.int() };
const gap = {
  from: z.int(),
  to: z.int(),
  output: z.string().describe('the address of the whole output, with {n} for the task'),
};

const after = z.int().describe('seq of the last event that was sent: connect again and continue after it');

/** The notifications that the server sends on `/ws/mcp`. */
export const NOTIFICATIONS = {
  connected: z.strictObject({
    session_id: z.string(),
    version: z.string(),
    capabilities: z.array(z.string()),
  }),
  event: EventEnvelope,
  gap: z.strictObject({ execution_id: z.string(), ...gap }),
  reset: z.strictObject({ execution_id: z.string(), epoch: z.string() }),
  end: z.strictObject({ execution_id: z.string(), last: z.int() }),
  restart: z.strictObject({ execution_id: z.string(), after }),
  'process.started': z.strictObject({
    ...place,
    pid: z.int().nullable().describe('null: it runs in a container'),
    pgid: z.int().nullable(),
    reason: TASK_EVENTS['task.started'].data.shape.reason
      .optional()
      .describe('why there is this attempt: first, retry, or how the one before ended; absent: not known'),
  }),
  'process.output': z.strictObject({
    ...place,
    type: z.enum(['stdout', 'stderr']),
    data: z.string(),
    encoding: z.literal('base64').optional().describe('for bytes that are not UTF-8'),
    truncated: z.boolean().describe('true: output right before this was trimmed'),
    chunk_index: z.int().describe('from 0'),
    total_chunks: z.int(),
  }),
  'process.paused': z.strictObject({ ...about, reason: z.string() }),
  'process.resumed': z.strictObject(about),
  'process.canceled': z.strictObject({ ...about, reason: z.string() }),
  'process.completed': z.strictObject({
    ...about,
    task: z.int(),
    attempt: z.int().optional().describe('absent if it never started'),
    status: z.enum(['completed', 'failed', 'timed_out', 'cancelled', 'skipped']),
    exit_code: z.int().nullable(),
    signal: z.string().nullable(),
    error: z.string().nullable(),
    warnings: AttemptEnd.shape.warnings,
    execution_time: z.number().nullable().describe('seconds; null: unknown'),
  }),
  'hook.warning': z.strictObject({ ...about, ...EVENTS['hook.warning'].data.shape }),
  'error.token_limit_exceeded': z.strictObject({ ...place, message: z.string() }),
  'error.rate_limit_exceeded': z.strictObject({
    ...place,
    message: z.string(),
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
  gap: z.strictObject({ type: z.literal('gap'), ...gap }),
  reset: z.strictObject({ type: z.literal('reset'), epoch: z.string() }),
  end: z.strictObject({ type: z.literal('end'), last: z.int() }),
  restart: z.strictObject({ type: z.literal('restart'), after }),
  error: z.looseObject({ type: z.literal('error'), code: z.string(), message: z.string() }),
} as const;
