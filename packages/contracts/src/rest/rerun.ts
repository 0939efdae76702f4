import { z } from 'zod';
import { TaskList } from './submission.ts';

const from = 'must be the number of a task, from 1, or "failed"';

/** A body of POST /executions/{id}/rerun. */
export const RerunRequest = z
  .strictObject(
    {
      from: z
        .union([z.int(from).positive(from), z.literal('failed', from)], from)
        .describe(
          'The first task to run again; failed: the first one that has not completed, and the tasks behind it, but of those at the same time only the ones that need it or have not completed either.',
        ),
      tasks: TaskList.optional().describe(
        'New tasks that replace the tasks from there on; any number. Options that all prompts of the list share are defaults here too. Default: the same tasks.',
      ),
      workspace: z
        .enum(['restore', 'keep'], 'must be "restore" or "keep"')
        .default('restore')
        .describe(
          'restore: a new folder with the state of the workspace before that task; keep: the same folder as it is now, after the execution has ended.',
        ),
    },
    'must be an object with the task to begin from',
  )
  .meta({ id: 'RerunRequest', examples: [{ from: 3 }, { from: 'failed', workspace: 'keep' }] });
export type RerunRequest = z.output<typeof RerunRequest>;
