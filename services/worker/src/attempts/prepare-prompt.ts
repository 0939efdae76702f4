import { bareEnd, type AgentEnd, type AgentTask } from '@cc-executor/agents';
import type { EventData } from '@cc-executor/contracts';
import type { ExecutionRecord, TaskRecord } from '@cc-executor/executions';
import { sizeFault, truncatePrompt } from '@cc-executor/task-rules/prompts';
import { TOO_LONG } from './prompt-text.ts';
import { renderTemplate } from './render-template.ts';
import type { ResultsSoFar } from './results-so-far.ts';

export interface PreparedPrompt extends Pick<AgentTask, 'text' | 'options'> {
  warning: EventData<'task.warning'> | null;
}

/** The prompt for an agent, or how the attempt ends before anything is started. */
export async function preparePrompt(
  { text, options }: Pick<TaskRecord, 'text' | 'options'>,
  {
    task,
    record,
    results,
    maxTokens,
    told,
    after = '',
  }: {
    /** The number of the task. */
    task: number;
    record: ExecutionRecord;
    results: ResultsSoFar;
    maxTokens: number;
    /** Additional text for its agent. */
    told: readonly string[];
    /** The text after the prompt, unchanged. */
    after?: string;
  },
): Promise<PreparedPrompt | AgentEnd> {
  const rendered =
    options.template === true ? await renderTemplate(text, 'prompt', { task, record, results }) : null;
  if (rendered && 'outcome' in rendered) return rendered;
  const whole = (rendered ? rendered.toString() : text) + after;
  const added = [options.append_system_prompt, ...told].filter((part) => part !== undefined).join('\n\n');
  const asked = told.length > 0 ? { ...options, append_system_prompt: added } : options;
  if (options.on_too_long === 'truncate') {
    const cut = truncatePrompt(whole, maxTokens);
    const leftOut = rendered?.isTooLong ? `The prompt ${TOO_LONG}: the rest was left out.` : cut?.leftOut;
    const warning = leftOut === undefined ? null : { code: 'prompt_truncated' as const, message: leftOut };
    return { text: cut?.text ?? whole, options: asked, warning };
  }
  const fault = rendered?.isTooLong ? TOO_LONG : sizeFault(whole, maxTokens);
  if (fault !== null) return bareEnd('prompt_too_long', `The prompt ${fault}.`);
  return { text: whole, options: asked, warning: null };
}
