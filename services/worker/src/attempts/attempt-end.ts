import type { AgentEnd } from '@cc-executor/agents';
import { LIMITS, type AttemptEnd } from '@cc-executor/contracts';
import type { AttemptFiles } from '@cc-executor/executions-files';
import type { UnpausedTime } from './unpaused-time.ts';

/** The longest message, in UTF-16 units. */
const MESSAGE_UNITS = 4096;
/** The longest name of a model, and the longest version, in UTF-16 units. */
const NAME_UNITS = 200;

/** Returns what is stored of an attempt's end: texts that others wrote are bounded. */
export function attemptEnd(
  end: AgentEnd,
  bytes: AttemptFiles['bytes'],
  { seconds, pausedSeconds }: Pick<UnpausedTime, 'seconds' | 'pausedSeconds'>,
): Omit<AttemptEnd, 'receipt'> {
  const whole = Buffer.from(end.result ?? '');
  const isLong = whole.length > LIMITS.resultBytes;
  const json = end.json ?? null;
  const jsonIsLong = json !== null && Buffer.byteLength(JSON.stringify(json)) > LIMITS.resultBytes;
  return {
    ...end,
    message: bounded(end.message, MESSAGE_UNITS),
    model: bounded(end.model, NAME_UNITS),
    agent_version: bounded(end.agent_version, NAME_UNITS),
    // A character that the limit cuts is left out.
    result: isLong
      ? new TextDecoder().decode(whole.subarray(0, LIMITS.resultBytes), { stream: true })
      : end.result,
    json: jsonIsLong ? null : json,
    result_truncated: isLong || jsonIsLong,
    execution_time: rounded(seconds),
    ...(pausedSeconds > 0 && { paused_time: rounded(pausedSeconds) }),
    stdout_bytes: bytes.stdout,
    stderr_bytes: bytes.stderr,
  };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function bounded(text: string | null, most: number): string | null {
  if (text === null || text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
