import type { SDKResultMessage, TerminalReason } from '@anthropic-ai/claude-agent-sdk';
import type { OutcomeCode } from '@cc-executor/contracts';
import type { StopCause } from '../agent.ts';
import type { Exit } from '../launch/launch.ts';
import { byApiError } from './api-error.ts';
import type { StreamFacts } from './stream-facts.ts';
import type { Result } from './message.ts';

/** All facts that are known when an attempt has ended. */
export interface EndFacts {
  /** `unanswered`: it was silent while a request to the model was pending. */
  stopped: StopCause | 'unanswered' | undefined;
  facts: StreamFacts;
  /** How Claude Code's own process ended, if it has. */
  exit: Exit | undefined;
  /** The error that the SDK threw. */
  failure: string | undefined;
  /** The end of what it printed on stderr. */
  stderr: string;
}

export interface Judgement {
  outcome: OutcomeCode;
  message: string | null;
}

const NO_ANSWER = 'The model was asked, and gave no sign of life for as long as STREAM_TIMEOUT allows.';

/** Returns how the attempt ended, judged from all facts together: no single field is reliable (`success` may be an error). */
export function judge({ stopped, facts, exit, failure, stderr }: EndFacts): Judgement {
  if (stopped === 'unanswered') return { outcome: 'network', message: NO_ANSWER };
  if (stopped !== undefined) return { outcome: stopped, message: null };
  if (exit?.because) return exit.because;
  const { result } = facts;
  if (result === undefined || !facts.isFinal) return withoutResult(exit, stderr, failure);
  if (endedWithNothing(result)) return { outcome: 'no_result', message: NOTHING_SAID };
  if (result.isError || result.subtype !== 'success') return failed(result, facts);
  const { terminalReason: reason = 'completed' } = result;
  if (reason !== 'completed') return { outcome: 'agent_error', message: `Claude Code stopped: ${reason}.` };
  return whyNoAnswer(result, facts) ?? { outcome: 'completed', message: null };
}

/** A result that reports success is not one if the answer was cut off or never came. */
function whyNoAnswer(
  { stopReason, text, structuredOutput }: Result,
  facts: StreamFacts,
): Judgement | undefined {
  if (facts.isMidMessage && stopReason === null)
    return { outcome: 'network', message: "The model's answer ended without its end." };
  if (structuredOutput !== undefined) return undefined;
  if (stopReason === 'tool_use')
    return { outcome: 'no_result', message: 'The model started a tool call and sent nothing more.' };
  if (stopReason === 'pause_turn')
    return { outcome: 'no_result', message: 'The model paused its turn, and was not asked to continue.' };
  if ((text ?? facts.lastText).trim() === '') return { outcome: 'no_result', message: NOTHING_SAID };
  return undefined;
}

const NOTHING_SAID = 'The last answer of the model has nothing in it.';

/** Claude Code reports an answer without content as an error without a name. */
function endedWithNothing({ subtype, terminalReason, errors }: Result): boolean {
  const hasNone = errors.length > 0 && errors.every((line) => line.startsWith('[ede_'));
  return subtype === 'error_during_execution' && terminalReason === 'completed' && hasNone;
}

function withoutResult(exit: Exit | undefined, stderr: string, failure: string | undefined): Judgement {
  const said = stderr === '' ? '' : ` It said: ${stderr}`;
  if (exit?.signal)
    return { outcome: 'agent_crashed', message: `Claude Code was ended by ${exit.signal}.${said}` };
  if (exit?.code)
    return {
      outcome: 'agent_crashed',
      message: `Claude Code ended with exit code ${String(exit.code)}.${said}`,
    };
  const why = failure === undefined ? '' : ` The SDK said: ${failure}`;
  return { outcome: 'no_result', message: `Claude Code ended without a result.${why}${said}` };
}

function failed(result: Result, facts: StreamFacts): Judgement {
  const text = textOf(result);
  const outcome =
    BY_SUBTYPE[result.subtype] ??
    (result.terminalReason === undefined ? undefined : BY_REASON[result.terminalReason]) ??
    byApiError(result, facts, text);
  return { outcome, message: text };
}

function textOf(result: Result): string {
  // Diagnostics are for the developers of Claude Code.
  const errors = result.errors.filter((line) => !line.startsWith('[ede_'));
  const text = result.subtype === 'success' ? result.text : errors.join('\n');
  if (text) return text;
  if (result.terminalReason?.startsWith('aborted_'))
    return 'Claude Code was interrupted, and not by its worker.';
  return `Claude Code reported ${result.subtype}.`;
}

const BY_SUBTYPE: Readonly<Partial<Record<string, OutcomeCode>>> = {
  error_max_turns: 'max_turns',
  error_max_budget_usd: 'budget',
  error_max_structured_output_retries: 'invalid_output',
} satisfies Partial<Record<SDKResultMessage['subtype'], OutcomeCode>>;

const BY_REASON: Readonly<Partial<Record<string, OutcomeCode>>> = {
  max_turns: 'max_turns',
  budget_exhausted: 'budget',
  prompt_too_long: 'prompt_too_long',
} satisfies Partial<Record<TerminalReason, OutcomeCode>>;
