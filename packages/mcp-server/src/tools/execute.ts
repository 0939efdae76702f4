import { z } from 'zod';
import { CcServerError, patiently, type TaskInput, type Task } from '@cc-executor/sdk';
import { randomUUID } from 'node:crypto';
import { submission, task, tasks, waitSeconds } from '../inputs.ts';
import { Overview, overview } from '../overview.ts';
import { defineTool, type ToolContext } from '../tool.ts';
import { PATIENCE, waitForEnd } from '../wait.ts';

const warnings = z
  .array(z.looseObject({ task: z.int(), code: z.string(), message: z.string() }))
  .optional()
  .describe('what may be wrong with the tasks; not told again at the end of a task');
const output = z.looseObject({ ...Overview.shape, warnings });

interface Asked {
  execution_id?: string | undefined;
  workspace?: string | undefined;
  timeout_per_task?: number | string | undefined;
  defaults?: Record<string, unknown> | undefined;
  on_failure?: 'stop' | 'continue' | undefined;
  wait_seconds: number;
}

export const executeTask = defineTool({
  name: 'execute_task',
  title: 'Run one task',
  description:
    'Hands one task to a fresh agent (or a command to a shell) and waits for it, within wait_seconds. The agent knows nothing of this conversation: the prompt must stand alone. If it is not done in time, the answer says how to go on; it runs on by itself. For several steps use execute_task_list.',
  input: z.strictObject({ task, ...submission, wait_seconds: waitSeconds }),
  output,
  readOnly: false,
  mayBeTask: true,
  run: async ({ task: only, ...asked }, context) =>
    await execute([only], asked, context).catch((error: unknown) => {
      throw ofOneTask(error);
    }),
});

export const executeTaskList = defineTool({
  name: 'execute_task_list',
  title: 'Run a list of tasks',
  description:
    'Runs tasks strictly in order, each by a fresh agent in one shared folder, unattended, surviving crashes and usage limits. Waits within wait_seconds and reports progress; then answers with the execution_id. A long list is no reason to wait here: call wait_for_execution again and again, then get_results. Check a list first with validate_task_list.',
  input: z.strictObject({
    tasks,
    ...submission,
    on_failure: z
      .enum(['stop', 'continue'])
      .optional()
      .describe('When a task does not succeed: stop skips the rest (default), continue goes on.'),
    wait_seconds: waitSeconds,
  }),
  output,
  readOnly: false,
  mayBeTask: true,
  run: async ({ tasks: list, ...asked }, context) => await execute(list, asked, context),
});

async function execute(list: TaskInput[], { wait_seconds, defaults, ...own }: Asked, context: ToolContext) {
  const options = { ...defaults, ...own };
  const { client, signal } = context;
  // One key for all tries: a list is stored once, however often the answer is lost.
  const idempotencyKey = randomUUID();
  const submit = async () => await client.execute(list as Task[], { ...options, idempotencyKey, signal });
  const execution = await patiently(submit, { signal, giveUpAfter: PATIENCE });
  const status = await waitForEnd(execution, wait_seconds, context);
  return { ...overview(status, client), warnings: execution.warnings.map((warning) => ({ ...warning })) };
}

/** A fault of the server as one of this call, which has a task in place of a list. */
function ofOneTask(error: unknown): unknown {
  if (!(error instanceof CcServerError) || error.errors.length === 0) return error;
  const { code, requestId, instructions } = error;
  const asSent = (text: string) => text.replace(/^tasks\[0\]/, 'task');
  const errors = error.errors.map(({ path, message }) => ({ path: asSent(path), message }));
  return Object.assign(new Error(asSent(error.message)), { code, requestId, instructions, errors });
}
