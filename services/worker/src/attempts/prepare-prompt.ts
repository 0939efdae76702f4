import { bareEnd, type AgentEnd, type AgentTask } from '@cc-executor/agents';
import { parseTemplate, resolveReference, type EventData } from '@cc-executor/contracts';
import type { ExecutionRecord, TaskRecord } from '@cc-executor/executions';
import { sizeFault, truncatePrompt } from '@cc-executor/service-kit/prompts';
import type { ResultsSoFar } from './results-so-far.ts';

export interface PreparedPrompt extends Pick<AgentTask, 'text' | 'options'> {
  warning: EventData<'task.warning'> | null;
}

/** A prompt as its agent gets it, or how the attempt ends before anything is started. */
export async function preparePrompt(
  { text, options }: Pick<TaskRecord, 'text' | 'options'>,
  {
    index,
    record,
    results,
    maxTokens,
    told,
  }: {
    /** Of the task, from 0. */
    index: number;
    record: ExecutionRecord;
    results: ResultsSoFar;
    maxTokens: number;
    /** What its agent is told beside. */
    told: readonly string[];
  },
): Promise<PreparedPrompt | AgentEnd> {
  const whole = options.template === true ? await render(text, index, record, results) : text;
  if (typeof whole !== 'string') return whole;
  const added = [options.append_system_prompt, ...told].filter((part) => part !== undefined).join('\n\n');
  const asked = told.length > 0 ? { ...options, append_system_prompt: added } : options;
  if (options.on_too_long === 'truncate') {
    const cut = truncatePrompt(whole, maxTokens);
    const warning = cut && { code: 'prompt_truncated' as const, message: cut.leftOut };
    return { text: cut?.text ?? whole, options: asked, warning };
  }
  const fault = sizeFault(whole, maxTokens);
  if (fault !== null) return bareEnd('prompt_too_long', `The prompt ${fault}.`);
  return { text: whole, options: asked, warning: null };
}

/** The template with what it refers to in place; what is put in is not looked at again. */
async function render(
  template: string,
  index: number,
  record: ExecutionRecord,
  results: ResultsSoFar,
): Promise<string | AgentEnd> {
  const tasks = record.tasks.map(({ name, kind }) => ({ name, isCommand: kind === 'command' }));
  let text = '';
  for (const part of parseTemplate(template).parts) {
    if (typeof part === 'string') {
      text += part;
      continue;
    }
    const of = resolveReference(part, tasks, index);
    const given = typeof of === 'number' ? await results.text(of, part.field) : null;
    if (given === null)
      return bareEnd(
        'missing_result',
        `${part.text} in the prompt stands for nothing: that task gave no result.`,
      );
    text += given;
  }
  return text;
}
