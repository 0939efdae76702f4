import { z } from 'zod';
import { AgentName } from '../language/agents.ts';
import { Amendment } from '../language/amendment.ts';
import { Prediction } from '../language/analysis.ts';
import { AttemptFinding } from '../language/attempt-findings.ts';
import { CarriedFrom } from '../language/carried.ts';
import { CheckRun, Fix } from '../language/check-runs.ts';
import { OUTCOME_CODES } from '../language/outcomes.ts';
import { SkipReason } from '../language/skip-reasons.ts';
import { TaskWarning } from '../language/warnings.ts';
import { AttemptEnd, Review, Validation } from './attempt-end.ts';
import type { EventTable } from './event-table.ts';

const seconds = z.number().nonnegative();
const end = (summary: string) => ({ summary, output: false, data: AttemptEnd });

/** Events of one task. */
export const TASK_EVENTS = {
  'task.started': {
    summary: 'An attempt at a task began.',
    output: false,
    data: z.strictObject({
      description: z.string().describe('its name, or the start of its text'),
      agent: AgentName.describe('what runs it'),
      reason: z
        .enum(['first', 'retry', ...OUTCOME_CODES])
        .describe('The reason of this attempt: first, retry, or the end of the one before.'),
      in_copy: z
        .boolean()
        .optional()
        .describe(
          'whether it works in a copy of the workspace; absent: no two tasks of the list may run at the same time',
        ),
      prediction: Prediction.optional().describe('the expected duration'),
      expected_rest: seconds.optional().describe('expected seconds of the tasks after it'),
      limits: z
        .strictObject({
          time: seconds.describe('in total'),
          silence: seconds.describe('without a sign of life'),
        })
        .optional()
        .describe(
          'with timeout "auto": the number of seconds after which it is ended, in total and in silence',
        ),
      session: z
        .strictObject({
          id: z.string().describe('the id of the conversation'),
          resumed: z.boolean().describe('true: it resumes the conversation of the previous attempt'),
          why: z.string().describe('why it does, or starts with a new context'),
        })
        .nullable()
        .describe("the agent's conversation; null for a command"),
    }),
  },
  'task.process': {
    summary: 'The process of the attempt was started.',
    output: false,
    data: z.strictObject({
      pid: z.int().describe('the id of the process'),
      pgid: z.int().describe('the id of its process group'),
    }),
  },
  'task.container': {
    summary: 'The container of the attempt was started.',
    output: false,
    data: z.strictObject({
      container: z.string().describe("the container's id in its engine"),
    }),
  },
  'task.output': {
    summary: 'Output of a command, unchanged. Invalid UTF-8 is sent as base64.',
    output: true,
    data: z.strictObject({
      stream: z.enum(['stdout', 'stderr']).describe('which output it is'),
      data: z.string().describe('the text, or the bytes in base64'),
      encoding: z.literal('base64').optional().describe('absent: text'),
    }),
  },
  'task.warning': {
    summary: 'Something worth knowing that did not end the attempt.',
    output: false,
    data: TaskWarning,
  },
  'task.amended': {
    summary: 'A new agent has rewritten the prompt, or could not; the task continues with it.',
    output: false,
    data: Amendment,
  },
  'task.validating': {
    summary: 'A new agent now judges the answer.',
    output: false,
    data: z.strictObject({
      on_invalid: z.enum(['warn', 'fail', 'retry']).describe('what happens if it is not valid'),
    }),
  },
  'task.validated': { summary: 'The answer was judged.', output: false, data: Validation },
  'task.checking': {
    summary: 'The task is done; one of its checks now runs.',
    output: false,
    data: z.strictObject({
      command: z.string().describe('the command that is run'),
      round: CheckRun.shape.round,
      number: z.int().positive().describe('its number in the round, from 1'),
      of: z.int().positive().describe('how many there are'),
    }),
  },
  'task.checked': { summary: 'A check has ended.', output: false, data: CheckRun },
  'task.fixing': {
    summary: 'Checks have failed; a new agent tries to fix the cause.',
    output: false,
    data: z.strictObject({
      round: Fix.shape.round,
      of: z.int().positive().describe('the maximum number of attempts'),
      failed: z.array(z.string()).describe('the commands that failed'),
    }),
  },
  'task.fixed': { summary: 'It has ended; the checks run again.', output: false, data: Fix },
  'task.finding': {
    summary: 'The answer contradicts the evidence.',
    output: false,
    data: AttemptFinding,
  },
  'task.stalled': {
    summary:
      'The task takes longer, or is silent for longer, than any earlier task of its kind; it continues.',
    output: false,
    data: z.strictObject({
      what: z.enum(['time', 'silence']).describe('which limit it is'),
      seconds: seconds.describe('the minimum time that it has run, or been silent'),
      message: z.string().describe('the same for people'),
    }),
  },
  'task.reviewing': {
    summary: 'The prompt has changed files; a new agent now reviews them.',
    output: false,
    data: z.strictObject({
      files: z.array(z.string()).describe('paths in the workspace; at most 200'),
      total_files: z.int().describe('all files, also those that are not listed'),
    }),
  },
  'task.reviewed': { summary: 'The changes were reviewed.', output: false, data: Review },
  'task.completed': end('The task succeeded.'),
  'task.failed': end('The task failed.'),
  'task.timed_out': end('The task was ended because it took too long, or was silent for too long.'),
  'task.cancelled': end('The task was ended by a cancel.'),
  'task.interrupted': end('The attempt ended without settling the task: a new attempt follows, uncounted.'),
  'task.retrying': end('The attempt failed, and the task is tried again after a wait.'),
  'task.carried': {
    summary:
      'The task completed in the execution that this one reruns; its result is used here, and it does not run.',
    output: false,
    data: z.strictObject({
      from: CarriedFrom.describe('the attempt that it is carried over from'),
      end: AttemptEnd.describe('how it ended there'),
    }),
  },
  'task.skipped': {
    summary: 'The task was never started.',
    output: false,
    data: z.strictObject({
      reason: SkipReason.describe('why it did not run'),
    }),
  },
} as const satisfies EventTable;
