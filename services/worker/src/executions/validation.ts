import type { AgentEnd, AgentTask } from '@cc-executor/agents';
import type { EventData, PromptOptions, Validation } from '@cc-executor/contracts';
import { addSpent } from '@cc-executor/executions';
import { holdsUp, isStop, readingTask } from './reading-agent.ts';

/** What a validator answers. */
const VERDICT = {
  type: 'object',
  properties: {
    is_valid: { type: 'boolean', description: 'Whether the response is what was asked for.' },
    reason: { type: 'string', description: 'Why, in a sentence or two.' },
    suggestions: { type: 'array', items: { type: 'string' }, description: 'What would make it better.' },
  },
  required: ['is_valid', 'reason'],
  additionalProperties: false,
};

/** The task of a fresh agent that judges the answer of another. */
export function validatorTask(task: AgentTask, prompt: string, answer: string): AgentTask {
  return readingTask(task, { text: prompt.split('{response}').join(answer), json_schema: VERDICT });
}

/** The verdict of a validator whose run ended so. One that did not give a verdict has not said that all is well. */
export function verdictOf({ outcome, message, json, session_id, cost_usd, usage }: AgentEnd): Validation {
  const said = (outcome === 'completed' ? json : {}) as {
    is_valid?: boolean;
    reason?: string;
    suggestions?: string[];
  };
  const { is_valid = null, reason = message, suggestions = [] } = said;
  return { is_valid, reason, suggestions, outcome, session_id, cost_usd, usage };
}

/** Which limit ended it, and until when. */
export function limitOf({ resets_at, limit }: AgentEnd): Pick<AgentEnd, 'resets_at' | 'limit'> {
  return { resets_at, ...(limit === undefined ? {} : { limit }) };
}

/** How an attempt ends whose answer was judged, and what is worth a warning. `limit`: which one the validator met, if it did. */
export function afterVerdict(
  end: AgentEnd,
  validation: Validation,
  on_invalid: NonNullable<PromptOptions['on_invalid']>,
  limit: Pick<AgentEnd, 'resets_at' | 'limit'>,
): { end: AgentEnd; warning: EventData<'task.warning'> | null } {
  const { is_valid, outcome } = validation;
  const because = validation.reason ?? 'no reason was given';
  const judged: AgentEnd = { ...end, ...addSpent(end, validation), validation };
  if (is_valid === true) return { end: judged, warning: null };
  const what = is_valid === false ? 'was judged invalid' : 'could not be judged';
  const message = `The answer ${what}: ${because}`;
  if (on_invalid === 'warn' && !isStop(outcome))
    return { end: judged, warning: { code: is_valid === false ? 'judged_invalid' : 'not_judged', message } };
  // What ended or holds up the validator ends or holds up the attempt.
  const as = holdsUp(outcome) ? { outcome, ...limit } : { outcome: 'validation_failed' as const };
  return { end: { ...judged, ...as, message }, warning: null };
}
