import { ExecuteRequest, ExecutionId, LIMITS } from '@cc-executor/contracts';
import { z } from 'zod';

/** Whether it can be one is the server's to say, as for all clients. */
export const executionId = z.string().min(1).describe('The id of the execution.');

/** For tools that look at the newest execution where none is named. */
export const executionIdOrNewest = z.string().min(1).optional().describe('Its id; default: the newest.');

/** The longest wait of one call, in seconds: a client that waits longer calls again. */
const MAX_WAIT = 300;
/** Shorter than the 60 s after which MCP clients give up by default. */
const DEFAULT_WAIT = 45;

export const waitSeconds = z
  .number()
  .min(0)
  .max(MAX_WAIT)
  .default(DEFAULT_WAIT)
  .describe(
    'Seconds that this call waits at most; keep it below the timeout of your client. 0: do not wait.',
  );

/** A task with the options that orchestrators use most; the server checks the rest and reports all faults at once. */
export const task = z.union([
  z.string().describe('A prompt for a fresh agent that knows nothing but this text and the workspace.'),
  z
    .looseObject({
      prompt: z.string().optional().describe('For a fresh agent. Exactly one of prompt and command.'),
      command: z.string().optional().describe('A command line for the shell; no model, no cost.'),
      name: z.string().optional().describe('A short name, shown in progress and results.'),
      timeout: z
        .union([z.number(), z.string()])
        .optional()
        .describe('Seconds for the whole task, "10m" or "auto".'),
      retries: z.number().optional().describe('How often it is tried again when it fails.'),
      model: z.string().optional().describe('For a prompt: the model.'),
      template: z
        .boolean()
        .optional()
        .describe('True: {{tasks.1.result}} in the prompt is replaced by what task 1 gave.'),
      json_schema: z.looseObject({}).optional().describe('The answer has to be JSON that fits this schema.'),
      validation_prompt: z
        .string()
        .optional()
        .describe('A fresh agent judges the answer, {response}, by this.'),
    })
    .describe('Any field of a task of POST /execute, also `tool`, `needs`, `variants`.'),
]);

export const tasks = z
  .array(task)
  .min(1)
  .max(LIMITS.tasks)
  .describe('The tasks, in the order in which they run, one after the other, in one folder.');

/** A task for tools that do not run it; the server validates it. */
export const lookedAt = z
  .union([z.string(), z.looseObject({})])
  .describe('A prompt, or an object as in execute_task.');

/** A list for tools that only look at it. */
export const lookedAtList = z
  .array(z.union([z.string(), z.looseObject({})]))
  .min(1)
  .max(LIMITS.tasks)
  .describe('The tasks, as for execute_task_list.');

/** Seconds, or a text that the server reads; null, as clients of cc_executor send it: none. */
export const duration = z.union([z.number(), z.string()]).nullish();

/** The options of a submission beside its tasks. */
export const submission = {
  execution_id: ExecutionId.optional().describe(
    'An id that you choose: with it you find the execution again even when the answer to this call is lost.',
  ),
  workspace: ExecuteRequest.shape.workspace.describe(
    'A folder below the workspaces root that several executions share, one at a time; default: a fresh one.',
  ),
  timeout_per_task: duration.describe('Seconds for each task without its own, or "10m".'),
  defaults: z
    .looseObject({})
    .optional()
    .describe(
      'Options for all tasks that do not have their own: model, retries, allowed_tools and so on; vars.',
    ),
};
