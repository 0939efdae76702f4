import { z } from 'zod';
import { TaskList } from './submission.ts';

const from = 'must be the number of a task, from 1, or "failed"';

/** A body of POST /executions/{id}/rerun. */
export const RerunRequest = z
  .strictObject(
    {
      from: z
        .union([z.int(from).positive(from), z.literal('failed', from)], from)
        .describe('The first task that is run again; failed: the first one that has not completed.'),
      tasks: TaskList.optional().describe(
        'What takes the place of the tasks from there on, however many they are. Options that all prompts of the list have are defaults here too. Default: the same tasks.',
      ),
      workspace: z
        .enum(['restore', 'keep'], 'must be "restore" or "keep"')
        .default('restore')
        .describe(
          'restore: a new folder, with what the workspace was before that task; keep: the same folder as it is now, with which the execution has to be done.',
        ),
    },
    'must be an object with the task to begin from',
  )
  .meta({ id: 'RerunRequest', examples: [{ from: 3 }, { from: 'failed', workspace: 'keep' }] });
export type RerunRequest = z.output<typeof RerunRequest>;
