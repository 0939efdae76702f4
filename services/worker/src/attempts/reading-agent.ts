import type { AgentTask } from '@cc-executor/agents';
import type { PromptOptions } from '@cc-executor/contracts';
import { randomUUID } from 'node:crypto';

const READING_TOOLS = ['Read', 'Glob', 'Grep'];
const CHANGING_TOOLS = ['Bash', 'Edit', 'Write', 'NotebookEdit', 'Task'];

/** Returns the task of a fresh agent beside that of an attempt: it may read the same, changes nothing, and answers by a schema. */
export function readingTask(
  task: AgentTask,
  { text, ...asked }: { text: string } & Pick<PromptOptions, 'json_schema' | 'append_system_prompt'>,
): AgentTask {
  const { model, extra_dirs } = task.options;
  const options: PromptOptions = {
    ...(model === undefined ? {} : { model }),
    ...(extra_dirs === undefined ? {} : { extra_dirs }),
    ...asked,
    allowed_tools: READING_TOOLS,
    disallowed_tools: CHANGING_TOOLS,
  };
  return { ...task, text, options, session: { id: randomUUID(), resumed: false } };
}
