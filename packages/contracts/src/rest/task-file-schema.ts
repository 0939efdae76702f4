import { z } from 'zod';
import { LIMITS } from '../language/limits.ts';
import { SUBMISSION_EXAMPLES } from './submission-examples.ts';
import { ExecuteRequest, TaskInput } from './submission.ts';

const tasks = z.array(TaskInput).min(1).max(LIMITS.tasks);
/** Tasks that do not need one another; made into `needs` where the file is read. */
const Group = z
  .strictObject({
    parallel: tasks.describe(
      'Each task of the group needs the task before the group; the task after the group needs all of them.',
    ),
    name: z.string().optional().describe('The title of the group.'),
  })
  .meta({ id: 'TaskGroup' });
const Items = z
  .array(z.union([TaskInput, Group]))
  .min(1)
  .max(LIMITS.tasks);
const List = z
  .strictObject({ ...ExecuteRequest.shape, tasks: Items })
  .meta({ id: 'TaskFile', examples: SUBMISSION_EXAMPLES });

/** Returns the JSON Schema (2020-12) of a task file in YAML or JSON, for editors: a list with its options, or the tasks alone. */
export function taskFileSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(z.union([List, Items]), { io: 'input', unrepresentable: 'any' });
  return {
    ...schema,
    title: 'A task list of cc-executor',
    description: 'The body of POST /execute, or only its tasks; tasks may be in groups.',
  };
}
