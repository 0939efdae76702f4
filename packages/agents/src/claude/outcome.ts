import type { SDKResultMessage, TerminalReason } from '@anthropic-ai/claude-agent-sdk';
import type { OutcomeCode } from '@cc-executor/contracts';
import type { StopCause } from '../agent.ts';
import type { Exit } from '../launch/launch.ts';
import { byApiError } from './api-error.ts';
import type { Heard } from './heard.ts';
import type { Result } from './message.ts';

/** All that is known when an attempt has ended. */
export interface Known {
  stopped: StopCause | undefined;
  heard: Heard;
  /** How Claude Code's own process ended, as far as it has. */
  exit: Exit | undefined;
  /** What the SDK threw. */
  failure: string | undefined;
  /** The end of what it printed on stderr. */
  stderr: string;
}

export interface Judgement {
  outcome: OutcomeCode;
  message: string | null;
}

/** How the attempt ended, judged from everything together: no field alone tells the truth (`success` may be an error). */
export function judge({ stopped, heard, exit, failure, stderr }: Known): Judgement {
  if (stopped !== undefined) return { outcome: stopped, message: null };
  if (exit?.byGuardian)
    return { outcome: 'worker_lost', message: 'Its worker stood still and was taken for dead.' };
  const { result } = heard;
  if (result === undefined || !heard.isFinal) return withoutResult(exit, stderr, failure);
  if (result.isError || result.subtype !== 'success') return failed(result, heard);
  const { terminalReason: reason = 'completed' } = result;
  if (reason !== 'completed') return { outcome: 'agent_error', message: `Claude Code stopped: ${reason}.` };
  return whyNoAnswer(result, heard) ?? { outcome: 'completed', message: null };
}

/** A result that tells success is still none when the answer was cut off, or never was. */
function whyNoAnswer({ stopReason }: Result, heard: Heard): Judgement | undefined {
  if (heard.isMidMessage && stopReason === null)
    return { outcome: 'network', message: "The model's answer ended without its end." };
  if (!heard.hasContent) return { outcome: 'no_result', message: 'The model answered nothing.' };
  return undefined;
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

function failed(result: Result, heard: Heard): Judgement {
  const text = textOf(result);
  const outcome =
    BY_SUBTYPE[result.subtype] ??
    (result.terminalReason === undefined ? undefined : BY_REASON[result.terminalReason]) ??
    byApiError(result, heard, text);
  return { outcome, message: text };
}

function textOf(result: Result): string {
  // Diagnostics are for the makers of Claude Code.
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
