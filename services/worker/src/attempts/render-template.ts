import { indexOfTask, numberAt } from '@cc-executor/contracts/task-numbers';
import { bareEnd, type AgentEnd } from '@cc-executor/agents';
import { parseTemplate, resolveReference } from '@cc-executor/contracts';
import type { ExecutionRecord } from '@cc-executor/executions';
import { PromptText } from './prompt-text.ts';
import type { ResultsSoFar } from './results-so-far.ts';

/** The values of references. */
export interface Rendering {
  /** The number of the task. */
  task: number;
  record: ExecutionRecord;
  results: ResultsSoFar;
}

/** Returns the template with its references replaced, up to a limit; inserted text is not expanded again. */
export async function renderTemplate(
  template: string,
  where: 'prompt' | 'arguments',
  { task, record, results }: Rendering,
): Promise<PromptText | AgentEnd> {
  const tasks = record.tasks.map(({ name, kind }) => ({ name, hasStderr: kind !== 'prompt' }));
  const text = new PromptText();
  for (const part of parseTemplate(template).parts) {
    if (typeof part === 'string') {
      if (!text.add(part)) break;
      continue;
    }
    const of = resolveReference(part, tasks, indexOfTask(task));
    const given = typeof of === 'number' ? await results.taken(numberAt(of), part.field) : null;
    if (given === null)
      return bareEnd(
        'missing_result',
        `${part.text} in the ${where} stands for nothing: that task gave no result.`,
      );
    if (!text.add(given)) break;
  }
  return text;
}
