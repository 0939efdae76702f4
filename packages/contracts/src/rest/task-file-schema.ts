import { z } from 'zod';
import { ExecuteRequest, TaskList } from './submission.ts';

/** The JSON Schema (2020-12) of a task file in YAML or JSON, for editors: a list with its options, or the tasks alone. */
export function taskFileSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(z.union([ExecuteRequest, TaskList]), { io: 'input', unrepresentable: 'any' });
  return {
    ...schema,
    title: 'A task list of cc-executor',
    description: 'The body of POST /execute, or its tasks alone.',
  };
}
