import { z } from 'zod';
import { EXECUTION_STATUSES } from '../language/states.ts';

/** The events that the feed of an installation has: what changes the state of an execution, and starts and ends of tasks. */
export const FEED_EVENTS = [
  'execution.queued',
  'execution.started',
  'execution.continued',
  'execution.handed_back',
  'execution.rewound',
  'execution.paused',
  'execution.resumed',
  'execution.waiting',
  'execution.cancelling',
  'execution.completed',
  'execution.failed',
  'execution.cancelled',
  'task.started',
  'task.completed',
  'task.failed',
  'task.timed_out',
  'task.cancelled',
  'task.interrupted',
  'task.retrying',
  'task.skipped',
] as const;

const position = z.int().nonnegative();
const epoch = z
  .string()
  .describe('Changes when Redis has lost entries; positions of another epoch are invalid.');

/** A change of state of one execution, as the feed of the installation numbers it. */
export const FeedEntry = z
  .strictObject({
    position: z.int().positive().describe('1, 2, 3 … over all executions, without a gap'),
    epoch,
    status: z.enum(EXECUTION_STATUSES).describe('of the execution, after the change'),
    seq: z.int().positive().nullable().describe('of the event in its own log; null: it was removed'),
    execution_id: z.string().describe('the id of the execution'),
    at: z.iso.datetime({ precision: 3 }).describe('when it happened: RFC 3339, UTC, milliseconds'),
    type: z.enum([...FEED_EVENTS, 'execution.removed']).describe('which change it is'),
    task: z
      .int()
      .positive()
      .optional()
      .describe('the number of the task, from 1; absent: it is about the execution'),
    attempt: z.int().positive().optional().describe('the number of the attempt, from 1'),
  })
  .meta({ id: 'FeedEntry' });
export type FeedEntry = z.output<typeof FeedEntry>;

/** The messages beside entries on the feed: frames of the socket, and in SSE under the same names. */
export const FEED_FRAMES = {
  head: z
    .strictObject({ type: z.literal('head').describe('the newest position'), position, epoch })
    .describe('the first one: entries after this position follow'),
  gap: z
    .strictObject({
      type: z.literal('gap').describe('entries that are no longer kept'),
      from: position,
      to: position,
    })
    .describe('entries are no longer kept: read the list'),
  reset: z
    .strictObject({ type: z.literal('reset').describe('positions begin again'), position, epoch })
    .describe('your position is invalid: read the list; entries after this position follow'),
} as const;
