import { z } from 'zod';
import { spent } from '../language/spent.ts';
import { Sha256 } from '../language/workspace-changes.ts';
import type { EventTable } from './event-table.ts';

const seconds = z.number().nonnegative();
const totals = {
  total_tasks: z.int().describe('tasks of the list'),
  completed_tasks: z.int().describe('tasks that succeeded'),
  failed_tasks: z
    .int()
    .describe('tasks that failed or timed out, without variants beside one that was taken'),
  not_taken_tasks: z
    .int()
    .optional()
    .describe('variants that did not succeed, beside one that was taken; absent: none'),
  not_run_tasks: z.int().optional().describe('tasks that never started'),
  warned_tasks: z.int().optional().describe('completed with warnings'),
  execution_time: seconds.describe('seconds from its start to its end, with waits and pauses'),
  evidence: z
    .strictObject({
      receipts: z.int().describe('the number of them'),
      head: Sha256.nullable().describe('the last of them'),
      manifest: Sha256.describe('the address that lists them all'),
      key: z.string().describe('the public key of its signature, Ed25519, in base64'),
      signature: z.string().describe('of the manifest, in base64'),
    })
    .nullable()
    .describe('null: none, or it could not be written'),
  ...spent,
};

/** Events of an execution as a whole. */
export const EXECUTION_EVENTS = {
  'execution.queued': {
    summary: 'The execution was stored.',
    output: false,
    data: z.strictObject({
      total_tasks: z.int().describe('tasks of the list'),
      workspace: z.string().describe('its folder below the workspaces root'),
      lane: z.enum(['prompts', 'commands']).describe('the lane of the queue that it waits in'),
    }),
  },
  'execution.started': {
    summary: 'A worker has claimed it; its first task follows.',
    output: false,
    data: z.strictObject({
      worker: z.string().describe('the id of the worker'),
      generation: z.int().describe('the number of this ownership; each takeover adds one'),
    }),
  },
  'execution.continued': {
    summary: 'Another worker has claimed it and continues at the first task that is not settled.',
    output: false,
    data: z.strictObject({
      worker: z.string().describe('the id of the worker'),
      generation: z.int().describe('the number of this ownership; each takeover adds one'),
      lost_worker: z.string().nullable().describe('the previous worker, if it died or was cut off'),
    }),
  },
  'execution.handed_back': {
    summary: 'Its worker was asked to stop and has released it.',
    output: false,
    data: z.strictObject({
      worker: z.string().describe('the id of the worker'),
      generation: z.int().describe('the number of this ownership; each takeover adds one'),
    }),
  },
  'execution.rewound': {
    summary:
      'Redis came back without the last events: their numbers are used again. The state of the tasks is kept.',
    output: false,
    data: z.strictObject({
      epoch: z.string().describe('the epoch of the lost events'),
      head: z.int().describe('seq of the last one'),
    }),
  },
  'execution.paused': {
    summary: 'It was paused: its processes are stopped, and nothing new starts.',
    output: false,
    data: z.strictObject({
      reason: z.string().describe('user, auth_required or spend_limit'),
      message: z.string().optional().describe('what was reported about it'),
      instructions: z.array(z.string()).optional().describe('the steps to fix it'),
      until: z
        .string()
        .optional()
        .describe('when the credential, which has worked before, is retried automatically; RFC 3339'),
    }),
  },
  'execution.resumed': {
    summary: 'It continues.',
    output: false,
    data: z.strictObject({
      status: z.enum(['queued', 'running']).describe('its state from now on'),
      message: z.string().optional().describe('the reason, if nobody asked for it'),
    }),
  },
  'execution.waiting': {
    summary: 'It waits until a known time; its slot is released meanwhile.',
    output: false,
    data: z.strictObject({
      reason: z
        .enum(['backoff', 'burst', 'outage', 'repository', 'usage_limit'])
        .describe(
          'outage: the model fails or cannot be reached; one attempt at a time is retried. repository: the address of its repository cannot be reached',
        ),
      until: z.string().describe('RFC 3339'),
      message: z.string().optional().describe('what was reported about it'),
      clone: z
        .strictObject({
          since: z.string().describe('when the first of the tries failed, RFC 3339'),
          tries: z.int().positive().describe('how many have failed'),
        })
        .optional()
        .describe('the tries to clone its repository; absent: it does not wait for that'),
    }),
  },
  'execution.cancelling': {
    summary: 'A cancel was accepted; its processes are being ended.',
    output: false,
    data: z.strictObject({ reason: z.string().describe('why') }),
  },
  'execution.completed': { summary: 'Every task succeeded.', output: false, data: z.strictObject(totals) },
  'execution.failed': {
    summary: 'At least one task did not succeed.',
    output: false,
    data: z.strictObject({ ...totals, reason: z.string().describe('why') }),
  },
  'execution.cancelled': {
    summary: 'It was cancelled, and no process of it is left.',
    output: false,
    data: z.strictObject(totals),
  },
} as const satisfies EventTable;
