import { z } from 'zod';
import { CcServerError, patiently, type TaskInput, type Task } from '@cc-executor/sdk';
import { randomUUID } from 'node:crypto';
import { duration, submission, task, tasks, waitSeconds } from '../inputs.ts';
import { Overview, overview } from '../overview.ts';
import { defineTool, type ToolContext } from '../tool.ts';
import { PATIENCE, waitForEnd } from '../wait.ts';

const warnings = z
  .array(z.looseObject({ task: z.int(), code: z.string(), message: z.string() }))
  .optional()
  .describe('possible faults of the tasks; not repeated at the end of a task');
const output = z.looseObject({ ...Overview.shape, warnings });

interface Asked {
  execution_id?: string | undefined;
  workspace?: string | undefined;
  timeout_per_task?: number | string | null | undefined;
  json_mode?: boolean | undefined;
  defaults?: Record<string, unknown> | undefined;
  on_failure?: 'stop' | 'continue' | 'skip_dependents' | undefined;
  wait_seconds: number;
}

export const executeTask = defineTool({
  name: 'execute_task',
  title: 'Run one task',
  description:
    'Gives one task to a new agent (or a command to a shell) and waits for it, for at most wait_seconds. The agent knows nothing of this conversation: the prompt must stand alone. If it is not done in time, the answer says how to continue; the task keeps running. For several steps use execute_task_list.',
  input: z
    .strictObject({
      task,
      json_mode: z.boolean().nullish().describe('True: the answer of a prompt has to be JSON.'),
      timeout: duration.describe('As timeout_per_task.'),
      ...submission,
      wait_seconds: waitSeconds,
    })
    .refine(({ timeout, timeout_per_task }) => timeout == null || timeout_per_task == null, {
      path: ['timeout'],
      message: 'is the same as timeout_per_task: give one of them',
    }),
  output,
  readOnly: false,
  mayBeTask: true,
  run: async ({ task: only, timeout, json_mode, ...asked }, context) => {
    const timeout_per_task = asked.timeout_per_task ?? timeout;
    const own = { ...asked, timeout_per_task, ...(json_mode == null ? {} : { json_mode }) };
    return await execute([only], own, context).catch((error: unknown) => {
      throw ofOneTask(error, timeout === undefined ? 'timeout_per_task' : 'timeout');
    });
  },
});

export const executeTaskList = defineTool({
  name: 'execute_task_list',
  title: 'Run a list of tasks',
  description:
    'Runs tasks in order, each after those that it `needs` (default: the one before it), by a fresh agent in one shared folder (tasks that do not need one another run at the same time, in copies of it that are joined), unattended, surviving crashes and usage limits. Waits within wait_seconds and reports progress; then answers with the execution_id. A long list is no reason to wait here: call wait_for_execution again and again, then get_results. Check a list first with validate_task_list.',
  input: z
    .strictObject({
      tasks,
      ...submission,
      on_failure: z
        .enum(['stop', 'continue', 'skip_dependents'])
        .optional()
        .describe(
          'When a task does not succeed: stop skips the rest (default), continue runs the others, skip_dependents skips those that need it.',
        ),
      continue_on_error: z.boolean().nullish().describe('True: as on_failure "continue".'),
      wait_seconds: waitSeconds,
    })
    .refine(
      ({ on_failure, continue_on_error }) =>
        on_failure === undefined ||
        continue_on_error == null ||
        continue_on_error === (on_failure === 'continue'),
      { path: ['continue_on_error'], message: 'says the opposite of on_failure' },
    ),
  output,
  readOnly: false,
  mayBeTask: true,
  run: async ({ tasks: list, continue_on_error, ...asked }, context) => {
    const on_failure = asked.on_failure ?? (continue_on_error === true ? 'continue' : undefined);
    return await execute(list, { ...asked, on_failure }, context);
  },
});

async function execute(list: TaskInput[], { wait_seconds, defaults, ...own }: Asked, context: ToolContext) {
  const { timeout_per_task, ...others } = own;
  const options = { ...defaults, ...others, ...(timeout_per_task == null ? {} : { timeout_per_task }) };
  const { client, signal } = context;
  // One key for all tries: a list is stored once, however often the answer is lost.
  const idempotencyKey = randomUUID();
  const submit = async () => await client.execute(list as Task[], { ...options, idempotencyKey, signal });
  const execution = await patiently(submit, { signal, giveUpAfter: PATIENCE });
  const status = await waitForEnd(execution, wait_seconds, context);
  return { ...overview(status, client), warnings: execution.warnings.map((warning) => ({ ...warning })) };
}

/** A fault of the server as one of this call, which has a task in place of a list; `timeout`: how the caller named it. */
function ofOneTask(error: unknown, timeout: string): unknown {
  if (!(error instanceof CcServerError) || error.errors.length === 0) return error;
  const { code, requestId, instructions } = error;
  const asSent = (text: string) =>
    text.replace(/^tasks\[0\]/, 'task').replace(/^timeout_per_task\b/, timeout);
  const errors = error.errors.map(({ path, message }) => ({ path: asSent(path), message }));
  return Object.assign(new Error(asSent(error.message)), { code, requestId, instructions, errors });
}
