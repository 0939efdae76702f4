import type { AgentEnd, AgentTask } from '@cc-executor/agents';
import { OUTCOMES, type EventData, type PromptOptions, type Validation } from '@cc-executor/contracts';
import { addSpent } from '@cc-executor/executions';
import { randomUUID } from 'node:crypto';

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

/** It judges, and changes nothing. */
const READING_TOOLS = ['Read', 'Glob', 'Grep'];
const CHANGING_TOOLS = ['Bash', 'Edit', 'Write', 'NotebookEdit', 'Task'];

/** The task of a fresh agent that judges the answer of another. */
export function validatorTask(task: AgentTask, prompt: string, answer: string): AgentTask {
  const { model, extra_dirs } = task.options;
  const options: PromptOptions = {
    ...(model === undefined ? {} : { model }),
    ...(extra_dirs === undefined ? {} : { extra_dirs }),
    json_schema: VERDICT,
    allowed_tools: READING_TOOLS,
    disallowed_tools: CHANGING_TOOLS,
  };
  const text = prompt.split('{response}').join(answer);
  const session = { id: randomUUID(), resumed: false };
  return { ...task, text, options, session };
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
  const isStopped = STOPS.has(outcome);
  const what = is_valid === false ? 'was judged invalid' : 'could not be judged';
  const message = `The answer ${what}: ${because}`;
  if (on_invalid === 'warn' && !isStopped)
    return { end: judged, warning: { code: is_valid === false ? 'judged_invalid' : 'not_judged', message } };
  // What ended or holds up the validator ends or holds up the attempt: a limit is waited out, and it is made again.
  const holdsUp = isStopped || OUTCOMES[outcome].follows !== null;
  const as = holdsUp ? { outcome, ...limit } : { outcome: 'validation_failed' as const };
  return { end: { ...judged, ...as, message }, warning: null };
}

/** What ends an attempt from outside, whatever it is doing. */
const STOPS: ReadonlySet<AgentEnd['outcome']> = new Set([
  'cancelled',
  'timed_out',
  'silent',
  'drained',
  'paused',
  'worker_lost',
]);
