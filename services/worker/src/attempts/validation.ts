import { bareEnd, type AgentEnd, type AgentTask } from '@cc-executor/agents';
import { type EventData, type PromptOptions, type Validation } from '@cc-executor/contracts';
import { addSpent } from '@cc-executor/executions';
import type { AttemptRunner } from './attempt-runner.ts';
import { isBlocking, isStop, limitOf } from './blocking-outcomes.ts';
import { PromptText, TOO_LONG } from './prompt-text.ts';
import { helperFor, readingTask } from './reading-agent.ts';

/** The answer of a validator. */
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

/** Has a fresh agent judge an answer if requested. Returns how the attempt ends by its verdict. */
export async function judgeAnswer(runner: AttemptRunner, task: AgentTask, end: AgentEnd): Promise<AgentEnd> {
  const { validation_prompt, on_invalid = 'warn' } = runner.task.options;
  if (validation_prompt === undefined) return end;
  await runner.note({ type: 'task.validating', data: { on_invalid } });
  const text = withAnswer(validation_prompt, end.result ?? '');
  const helper = helperFor(runner.task, 'validation');
  const asked = readingTask(task, helper, { text: text.toString(), json_schema: VERDICT });
  const validator = text.isTooLong
    ? bareEnd('prompt_too_long', `The validation prompt ${TOO_LONG}.`)
    : await runner.run(helper.agent, asked, runner.sinkFor('validation', helper.agent));
  const validation = verdictOf(validator);
  await runner.note({ type: 'task.validated', data: validation });
  const judged = afterVerdict(
    end,
    validation,
    on_invalid,
    limitOf(validator, helper.agent, runner.task.agent),
  );
  if (judged.warning) await runner.note({ type: 'task.warning', data: judged.warning });
  return judged.end;
}

/** Returns the task of a fresh agent that judges an answer. */
function withAnswer(prompt: string, answer: string): PromptText {
  const text = new PromptText();
  for (const [index, part] of prompt.split('{response}').entries())
    if ((index > 0 && !text.add(answer)) || !text.add(part)) break;
  return text;
}

/** Returns the verdict from the end of a validator's run. Without a verdict, the answer is not validated. */
function verdictOf({ outcome, message, json, session_id, cost_usd, usage }: AgentEnd): Validation {
  const said = (outcome === 'completed' ? json : {}) as {
    is_valid?: boolean;
    reason?: string;
    suggestions?: string[];
  };
  const { is_valid = null, reason = message, suggestions = [] } = said;
  return { is_valid, reason, suggestions, outcome, session_id, cost_usd, usage };
}

/** Returns how an attempt with a judged answer ends, and its warning. `limit`: the one that the validator met, if any. */
function afterVerdict(
  end: AgentEnd,
  validation: Validation,
  on_invalid: NonNullable<PromptOptions['on_invalid']>,
  limit: ReturnType<typeof limitOf>,
): { end: AgentEnd; warning: EventData<'task.warning'> | null } {
  const { is_valid, outcome } = validation;
  const because = validation.reason ?? 'no reason was given';
  const judged: AgentEnd = { ...end, ...addSpent(end, validation), validation };
  if (is_valid === true) return { end: judged, warning: null };
  const what = is_valid === false ? 'was judged invalid' : 'could not be judged';
  const message = `The answer ${what}: ${because}`;
  if (on_invalid === 'warn' && !isStop(outcome))
    return { end: judged, warning: { code: is_valid === false ? 'judged_invalid' : 'not_judged', message } };
  // What ended or delays the validator ends or delays the attempt.
  const as = isBlocking(outcome) ? { outcome, ...limit } : { outcome: 'validation_failed' as const };
  return { end: { ...judged, ...as, message }, warning: null };
}
