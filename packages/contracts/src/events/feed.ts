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
    execution_id: z.string(),
    at: z.iso.datetime({ precision: 3 }),
    type: z.enum([...FEED_EVENTS, 'execution.removed']),
    task: z.int().positive().optional(),
    attempt: z.int().positive().optional(),
  })
  .meta({ id: 'FeedEntry' });
export type FeedEntry = z.output<typeof FeedEntry>;

/** The messages beside entries on the feed: frames of the socket, and in SSE under the same names. */
export const FEED_FRAMES = {
  head: z
    .strictObject({ type: z.literal('head'), position, epoch })
    .describe('the first one: entries after this position follow'),
  gap: z
    .strictObject({ type: z.literal('gap'), from: position, to: position })
    .describe('entries are no longer kept: read the list'),
  reset: z
    .strictObject({ type: z.literal('reset'), position, epoch })
    .describe('your position is invalid: read the list; entries after this position follow'),
} as const;
