import { TaskView } from '@cc-executor/contracts';
import { z } from 'zod';
import { executionId, waitSeconds } from '../inputs.ts';
import { Overview, overview } from '../overview.ts';
import { afterTask, nextAfterTask, pageOf } from '../pages.ts';
import { defineTool } from '../tool.ts';
import { waitForEnd } from '../wait.ts';

const step = z.looseObject({
  ...TaskView.pick({ task_number: true, name: true, kind: true, status: true, attempt: true }).shape,
  outcome: z.string().nullable().describe('how its last attempt ended; null: it has not'),
});

export const getExecution = defineTool({
  name: 'get_execution',
  title: 'Where an execution stands',
  description:
    'State, progress and tasks of an execution, at once and without their output. Use it to find an execution again; use get_results for what the tasks gave.',
  input: z.strictObject({
    execution_id: executionId,
    after_task: afterTask,
  }),
  output: z.looseObject({
    ...Overview.shape,
    workspace: z.string(),
    tasks: z.array(step),
    next_after_task: nextAfterTask,
  }),
  readOnly: true,
  run: async ({ execution_id, after_task }, { client, signal }) => {
    const details = await client.attach(execution_id).details({ signal });
    const { tasks, workspace, links: _, ...status } = details;
    const steps = tasks.map(({ task_number, name, kind, status: is, attempt, end }) => ({
      task_number,
      name,
      kind,
      attempt,
      status: is,
      outcome: end?.outcome ?? null,
    }));
    const { page, next_after_task } = pageOf(steps, after_task);
    return { ...overview(status, client), workspace, tasks: page, next_after_task };
  },
});

export const waitForExecution = defineTool({
  name: 'wait_for_execution',
  title: 'Wait for an execution',
  description:
    'Waits until an execution has ended, at most wait_seconds, and reports progress. Call it again while `ended` is false; it costs nothing, and a lost connection loses nothing.',
  input: z.strictObject({ execution_id: executionId, wait_seconds: waitSeconds }),
  output: Overview,
  readOnly: true,
  mayBeTask: true,
  run: async ({ execution_id, wait_seconds }, context) =>
    overview(await waitForEnd(context.client.attach(execution_id), wait_seconds, context), context.client),
});

export const controlExecution = defineTool({
  name: 'control_execution',
  title: 'Pause, resume or cancel an execution',
  description:
    'pause: its processes are stopped and nothing new starts. resume: it continues, also if it waits for a limit. cancel: it is ended for good, with all its processes; results stay. A task cannot pause or cancel its parent executions.',
  input: z.strictObject({
    execution_id: executionId,
    action: z.enum(['pause', 'resume', 'cancel']).describe('What to do.'),
  }),
  output: Overview,
  readOnly: false,
  destructive: true,
  run: async ({ execution_id, action }, { client, signal }) => {
    const execution = client.attach(execution_id);
    await execution[action]();
    return overview(await execution.status({ signal }), client);
  },
});
