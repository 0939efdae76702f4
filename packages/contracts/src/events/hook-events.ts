import { z } from 'zod';
import { HOOK_STAGES } from '../language/hook-stages.ts';
import { spent } from '../language/spent.ts';
import type { EventTable } from './event-table.ts';

const seconds = z.number().nonnegative();
const hook = { hook: z.string().describe('its name'), stage: z.enum(HOOK_STAGES).describe('when it runs') };

/** Events of the user's hooks. */
export const HOOK_EVENTS = {
  'hook.finished': {
    summary: 'A hook has answered.',
    output: false,
    data: z.strictObject({
      ...hook,
      proceed: z.boolean().describe('false: it refused the action'),
      message: z.string().nullable().describe('what it said; null: nothing'),
      execution_time: seconds.describe('seconds'),
    }),
  },
  'hook.amended': {
    summary:
      'A hook has changed its input. The next hook receives the changed input, and the agent receives the result of the last one.',
    output: false,
    data: z.strictObject({
      ...hook,
      env: z.array(z.string()).describe('names of the variables that it set, without their values'),
      prompt: z
        .strictObject({
          asked: z.string().describe('the prompt before the change'),
          sent: z.string().describe('as the hook changed it'),
        })
        .nullable()
        .describe('null: it changed none'),
    }),
  },
  'hook.warning': {
    summary: 'A hook failed; unless it is required, the task continues without it.',
    output: false,
    data: z.strictObject({
      ...hook,
      required: z.boolean().describe('whether the task needs it'),
      message: z.string().describe('what went wrong'),
      stderr: z.string().describe('at most the last 500 characters of its output there'),
    }),
  },
  'hook.metrics': {
    summary: 'Durations of the attempts of the execution, from the built-in hook metrics.',
    output: false,
    data: z.strictObject({
      attempts: z.int().describe('attempts so far'),
      retries: z.int().describe('attempts beyond the first of each task'),
      outcomes: z
        .record(z.string(), z.int())
        .describe('the number of tasks with this outcome; skipped tasks have none'),
      working_time: seconds.describe('seconds, of the last attempts of all tasks'),
      longest_task: z.int().nullable().describe('its number'),
      output_bytes: z.int().describe('bytes of its output'),
      turns: z.int().describe('turns of the conversation'),
      ...spent,
    }),
  },
} as const satisfies EventTable;
