import { httpError, raw, type Script } from '@cc-executor/testkit';
import { expect } from 'vitest';
import type { Scenario, ScenarioGroup } from '../scenario.ts';

const task: NonNullable<Scenario['task']> = { prompt: 'Do it.', agent: 'codex', model: 'gpt-scripted' };

/** An error of the API, as OpenAI words it. */
const fails =
  (status: number, code: string, message: string, headers: Record<string, string> = {}, more: object = {}) =>
  (): Script =>
  () =>
    httpError(status, { error: { type: code, code, message, ...more } }, headers);

/** An error in the middle of a stream. */
const breaksWith = (code: string, message: string) => (): Script => () => {
  const response = { id: 'resp_1', status: 'failed', error: { code, message } };
  const events = [
    { type: 'response.created', response: { id: 'resp_1' } },
    { type: 'response.failed', response },
  ];
  return raw(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
};

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const resetsIn =
  (seconds: number, tolerance: number): NonNullable<Scenario['also']> =>
  ({ tasks }) => {
    const at = Date.parse(tasks[0]?.end?.resets_at ?? '');
    expect(Math.abs(at - Date.now() - seconds * 1000)).toBeLessThan(tolerance * 1000);
  };

/** What the model's server answers Codex in place of an answer. */
export const codexErrors: ScenarioGroup = {
  title: 'Codex, whose server answers with an error',
  scenarios: [
    {
      what: 'that the key is wrong (401)',
      model: fails(401, 'invalid_api_key', 'Incorrect API key'),
      outcome: 'auth_failed',
      says: 'Incorrect API key',
    },
    { what: 'that access is denied (403)', model: fails(403, 'forbidden', 'no'), outcome: 'auth_failed' },
    {
      what: 'that there is no such model (404)',
      model: fails(404, 'model_not_found', 'The model does not exist'),
      outcome: 'model_not_found',
      says: 'does not exist',
    },
    {
      what: 'that the request is invalid (400)',
      model: fails(400, 'invalid_request_error', 'no such option'),
      outcome: 'invalid_request',
      says: 'no such option',
    },
    {
      what: 'that the prompt is too long',
      model: fails(400, 'context_length_exceeded', 'too long'),
      outcome: 'prompt_too_long',
    },
    {
      what: 'that there are too many requests (429)',
      model: fails(429, 'rate_limit_exceeded', 'slow down'),
      outcome: 'rate_limited',
    },
    {
      what: 'that there are too many requests, in its stream',
      model: breaksWith('rate_limit_exceeded', 'Rate limit reached. Please try again in 2s.'),
      outcome: 'rate_limited',
      also: resetsIn(2, 60),
    },
    {
      what: 'that the account has no credit left',
      model: fails(429, 'insufficient_quota', 'You exceeded your current quota'),
      outcome: 'billing',
      says: 'Quota exceeded',
    },
    {
      what: 'that the account has no credit left, in its stream',
      model: breaksWith('insufficient_quota', 'no quota'),
      outcome: 'billing',
    },
    {
      what: "that the plan's limit is reached, with the time in its words",
      model: () => () =>
        httpError(429, {
          error: {
            type: 'usage_limit_reached',
            message: 'limit',
            plan_type: 'plus',
            resets_at: inSeconds(7200),
          },
        }),
      outcome: 'usage_limit',
      says: 'hit your usage limit',
      also: resetsIn(7200, 120),
    },
    {
      what: "that the plan's limit is reached, with the state of its windows",
      model: () => () =>
        httpError(
          429,
          { error: { type: 'usage_limit_reached', message: 'limit', plan_type: 'plus' } },
          {
            'x-codex-primary-used-percent': '100',
            'x-codex-primary-window-minutes': '300',
            'x-codex-primary-reset-at': String(inSeconds(9000)),
            'x-codex-secondary-used-percent': '40',
            'x-codex-secondary-window-minutes': '10080',
            'x-codex-secondary-reset-at': String(inSeconds(90_000)),
          },
        ),
      outcome: 'usage_limit',
      also: resetsIn(9000, 120),
    },
    { what: 'of its own (500)', model: fails(500, 'server_error', 'boom'), outcome: 'server_error' },
    { what: 'of its own, in its stream', model: breaksWith('server_error', 'boom'), outcome: 'server_error' },
    { what: 'that it is overloaded (503)', model: fails(503, 'overloaded', 'busy'), outcome: 'overloaded' },
    {
      what: 'that it is overloaded, in its stream',
      model: breaksWith('server_is_overloaded', 'busy'),
      outcome: 'overloaded',
    },
    {
      what: 'that the prompt is too long, in its stream',
      model: breaksWith('context_length_exceeded', 'too long'),
      outcome: 'prompt_too_long',
    },
    {
      what: 'which is a page of HTML (502)',
      model: () => () => raw('<html>Bad gateway</html>', 'text/html', 502),
      outcome: 'network',
    },
    {
      what: 'which is a page of HTML (403)',
      model: () => () => raw('<html>Sign in</html>', 'text/html', 403),
      outcome: 'network',
    },
    {
      what: 'which is a page of HTML (200)',
      model: () => () => raw('<html>Sign in</html>', 'text/html', 200),
      outcome: 'network',
    },
    { what: 'which is nothing', model: () => () => raw(''), outcome: 'network' },
  ].map((scenario): Scenario => ({ task, ...scenario }) as Scenario),
};
