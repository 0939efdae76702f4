import { z } from 'zod';
import { EXECUTION_STATUSES, TASK_STATUSES } from '../language/states.ts';

const task = z.int().describe('the number of a task');

/** The needs and states of an execution's tasks. */
export const GraphView = z
  .strictObject({
    execution_id: z.string().describe('the id of the execution'),
    status: z.enum(EXECUTION_STATUSES).describe('its state'),
    nodes: z
      .array(
        z.strictObject({
          task_number: z.int().describe('the number of the task, from 1'),
          name: z.string().nullable().describe('its name; null: none was given'),
          description: z.string().describe('its name, or the start of its text'),
          status: z.enum(TASK_STATUSES).describe('its state'),
          in_copy: z
            .boolean()
            .describe('true: it works in a copy of the workspace, since it may run while another task runs'),
          seconds: z
            .number()
            .nullable()
            .describe('that it took, or was thought to take when it began; null: that is not known'),
        }),
      )
      .describe('its tasks, in their order'),
    edges: z
      .array(
        z.strictObject({
          from: task.describe('the number of the task that is needed'),
          to: task.describe('the number of the task that needs it'),
        }),
      )
      .describe('`to` needs `from`; a need that follows from others is left out'),
    critical_path: z
      .array(z.int())
      .describe(
        'the tasks, each needing the one before, that take longest together: no list is done earlier, with any number of slots',
      ),
  })
  .meta({ id: 'Graph' });
export type GraphView = z.output<typeof GraphView>;
