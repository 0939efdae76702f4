import type { PromptOptions } from '@cc-executor/contracts';
import type { AgentEnd } from '../agent.ts';
import type { Heard } from './heard.ts';
import type { JsonRequest } from './json/json-request.ts';
import type { Judgement } from './outcome.ts';

/** What the task asks of its answer. */
export interface Asked {
  options: PromptOptions;
  /** null: any text will do. */
  json: JsonRequest | null;
}

/** What an attempt gives, and how it ended, when its answer was looked at. */
export interface FinalAnswer extends Judgement, Pick<AgentEnd, 'result' | 'json'> {
  /** What had to be done to read the JSON; null: nothing. */
  mended: string | null;
}

/** An end with which there is no answer. */
export function withoutAnswer(outcome: FinalAnswer['outcome'], message: string | null): FinalAnswer {
  return { outcome, message, result: null, json: null, mended: null };
}

/** The answer of an attempt that ended so; one that is not what was asked for changes how it ended. */
export function finalAnswer(
  { outcome, message }: Judgement,
  { result, structuredInput, deniedTools }: Pick<Heard, 'result' | 'structuredInput' | 'deniedTools'>,
  { options, json }: Asked,
): FinalAnswer {
  const nothing = withoutAnswer(outcome, message);
  // Not accepted by Claude Code, but what the model meant.
  if (outcome === 'invalid_output' && structuredInput !== undefined)
    return { ...nothing, result: JSON.stringify(structuredInput) };
  if (outcome !== 'completed' || result?.subtype !== 'success') return nothing;
  const text = result.result;
  if (deniedTools.size > 0 && options.on_denied === 'fail') {
    const denied = `Denied: ${[...deniedTools].join(', ')}. Tools that are needed belong into allowed_tools.`;
    return { ...nothing, outcome: 'permission_denied', message: denied, result: text };
  }
  if (json === null) return { ...nothing, result: text };
  const answer = json.read(text, result.structured_output);
  if ('fault' in answer)
    return { ...nothing, outcome: 'invalid_output', message: answer.fault, result: text };
  const { value, mended } = answer;
  return { ...nothing, result: mended === null ? text : JSON.stringify(value), json: value, mended };
}
