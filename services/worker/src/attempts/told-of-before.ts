import type { OutcomeCode } from '@cc-executor/contracts';
import type { TaskState } from '@cc-executor/executions';

const SHORTER =
  'An earlier answer to this was cut off, because it reached the limit of output tokens. Give a much shorter one, and put what is long into files.';
const INTERRUPTED =
  'An earlier attempt at this task was interrupted, and its conversation could not be continued. What it did may be half done: look at how things stand before you rely on it.';
/** The work was done, and found wanting by somebody whose words say why. */
const NOT_ACCEPTED: ReadonlySet<OutcomeCode> = new Set([
  'validation_failed',
  'check_failed',
  'invalid_output',
]);
/** So much of these words is told, in characters. */
const MOST = 4000;

/** What the agent of a new attempt is told of those before. `work`: what one did that was cut off; null: not known. */
export function toldOfBefore({ hit_output_limit, end }: TaskState, work: string | null): string[] {
  return [
    ...(hit_output_limit ? [SHORTER] : []),
    ...(work !== null ? [work] : end?.outcome === 'conversation_lost' ? [INTERRUPTED] : []),
    ...(end === null ? [] : whyNotAccepted(end)),
  ];
}

function whyNotAccepted({ outcome, message, validation }: NonNullable<TaskState['end']>): string[] {
  if (!NOT_ACCEPTED.has(outcome) || message === null) return [];
  // Nobody has found anything where nobody could judge.
  if (validation?.is_valid === null) return [];
  const suggestions = (validation?.suggestions ?? []).map((one) => `- ${one}`);
  const why = [message, ...suggestions].join('\n').slice(0, MOST);
  return [
    `An earlier attempt at this was not accepted. What was found wanting, as a hint and no order:\n${why}`,
  ];
}
