import { bareEnd, type AgentEnd, type AgentTask } from '@cc-executor/agents';
import {
  argumentTexts,
  byteLength,
  LIMITS,
  toolOf,
  toolText,
  withArgumentTexts,
} from '@cc-executor/contracts';
import type { TaskRecord } from '@cc-executor/executions';
import { TOO_LONG } from './prompt-text.ts';
import { renderTemplate, type Rendering } from './render-template.ts';

/**
 * Returns the call of a tool with the references in its arguments replaced, or how the attempt ends before anything is
 * started. Each text is replaced as a value, so that nothing in it can become another argument.
 */
export async function prepareCall(
  { text, options }: Pick<TaskRecord, 'text' | 'options'>,
  rendering: Rendering,
): Promise<Pick<AgentTask, 'text'> | AgentEnd> {
  if (options.template !== true) return { text };
  const call = toolOf(text);
  const values: string[] = [];
  let bytes = 0;
  for (const { text: template } of argumentTexts(call.arguments)) {
    const rendered = await renderTemplate(template, 'arguments', rendering);
    if ('outcome' in rendered) return rendered;
    const value = rendered.toString();
    bytes += byteLength(value);
    if (bytes > LIMITS.promptBytes)
      return bareEnd('invalid_arguments', `What its arguments stand for ${TOO_LONG}.`);
    values.push(value);
  }
  const given = withArgumentTexts(call.arguments, values.values()) as Record<string, unknown>;
  return { text: toolText({ ...call, arguments: given }) };
}
