import { httpError, say, turnOf, useTool, type ModelRequest, type Reply } from '@cc-executor/testkit';
import { waitsFor, warns } from '../checks.ts';
import type { Scenario, ScenarioGroup } from '../scenario.ts';

const token = { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-test' };
const inSeconds = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds);

/** What the API answers to a subscription that has reached a limit. */
const rejected = (seconds: number | null, claim = 'five_hour'): Reply =>
  httpError(429, 'limit reached', {
    'anthropic-ratelimit-unified-status': 'rejected',
    ...(seconds === null ? {} : { 'anthropic-ratelimit-unified-reset': inSeconds(seconds) }),
    'anthropic-ratelimit-unified-representative-claim': claim,
  });

type Message = ReturnType<typeof say>;

/** What the API says beside each answer while the plan's limit is reached and paid extra usage goes on. */
const overage = (more: Record<string, string> = {}): Record<string, string> => ({
  'anthropic-ratelimit-unified-status': 'rejected',
  'anthropic-ratelimit-unified-reset': inSeconds(3600),
  'anthropic-ratelimit-unified-representative-claim': 'five_hour',
  'anthropic-ratelimit-unified-overage-status': 'allowed',
  ...more,
});
const beside = (reply: Message, headers: Record<string, string>): Message => ({ ...reply, headers });
const works = useTool('Bash', { command: 'true' });
/** Its first answer is paid for as extra usage; then something else happens. */
const thenAfterOverage = (then: () => Reply) => () => (request: ModelRequest) =>
  turnOf(request) === 0 ? beside(works, overage()) : then();

const extra = (what: string, more: Omit<Scenario, 'what'>): Scenario => ({ what, env: token, ...more });

/** Paid extra usage, which is no limit. */
export const overages: ScenarioGroup = {
  title: 'Paid extra usage',
  scenarios: [
    extra('pays for all of the work', {
      model: () => (request) => beside(turnOf(request) === 0 ? works : say('Done.'), overage()),
      outcome: 'completed',
      also: warns('overage_used'),
    }),
    extra('pays for the work and is nearly used up', {
      model: () => () =>
        beside(say('Done.'), overage({ 'anthropic-ratelimit-unified-overage-status': 'allowed_warning' })),
      outcome: 'completed',
      also: warns('overage_used'),
    }),
    extra('is allowed and not in use', {
      model: () => () => beside(say('Done.'), overage({ 'anthropic-ratelimit-unified-status': 'allowed' })),
      outcome: 'completed',
      also: warns(),
    }),
    extra('is allowed, with a warning that the limit is near', {
      model: () => () =>
        beside(say('Done.'), overage({ 'anthropic-ratelimit-unified-status': 'allowed_warning' })),
      outcome: 'completed',
      also: warns(),
    }),
    extra('is in use when a 500 comes', {
      model: thenAfterOverage(() => httpError(500)),
      outcome: 'server_error',
      says: '500',
    }),
    extra('is in use when the model is overloaded', {
      model: thenAfterOverage(() => httpError(529)),
      outcome: 'overloaded',
    }),
    extra('is in use when a request is invalid', {
      model: thenAfterOverage(() => httpError(400, 'bad field')),
      outcome: 'conversation_refused',
    }),
    extra('is in use when the model refuses', {
      model: thenAfterOverage(() => ({ blocks: [], stop_reason: 'refusal' })),
      outcome: 'refused',
    }),
    extra('is used up in the middle of the work', {
      model: thenAfterOverage(() =>
        httpError(
          429,
          'limit reached',
          overage({
            'anthropic-ratelimit-unified-overage-status': 'rejected',
            'anthropic-ratelimit-unified-overage-disabled-reason': 'out_of_credits',
          }),
        ),
      ),
      outcome: 'usage_limit',
      also: waitsFor(3580, 3611),
    }),
    extra('is switched off by the organization when the limit is reached', {
      model: () => () =>
        httpError(
          429,
          'limit reached',
          overage({
            'anthropic-ratelimit-unified-overage-status': 'rejected',
            'anthropic-ratelimit-unified-overage-disabled-reason': 'org_level_disabled',
          }),
        ),
      outcome: 'usage_limit',
      also: waitsFor(3580, 3611),
    }),
    extra('is in use, and the prompt asks to wait then', {
      task: { prompt: 'Do it.', on_overage: 'wait' },
      model: () => (request) => beside(turnOf(request) === 0 ? works : say('Done.'), overage()),
      outcome: 'usage_limit',
      says: 'on_overage is "wait"',
      also: waitsFor(3580, 3611),
    }),
    extra('is in use, and the prompt asks to pause then', {
      task: { prompt: 'Do it.', on_overage: 'pause' },
      model: () => (request) => beside(turnOf(request) === 0 ? works : say('Done.'), overage()),
      outcome: 'overage',
      says: 'on_overage is "pause"',
    }),
    extra('is not needed, and the prompt asks to pause then', {
      task: { prompt: 'Do it.', on_overage: 'pause' },
      outcome: 'completed',
    }),
  ],
};

const NOT_A_LIMIT = 'after a limit that was told and did not hold';

/** A plan's limits, in every form in which they come. */
export const limits: ScenarioGroup = {
  title: "A plan's limit",
  scenarios: [
    {
      what: 'with the event and its reset time',
      env: token,
      model: () => () => rejected(3600),
      outcome: 'usage_limit',
      says: "You've hit your",
      also: waitsFor(3580, 3611),
    },
    {
      what: 'of the week',
      env: token,
      model: () => () => rejected(5 * 86_400, 'seven_day'),
      outcome: 'usage_limit',
      also: waitsFor(5 * 86_400 - 20, 5 * 86_400 + 11),
    },
    {
      what: 'with the event, without a reset time: tried again after a quarter of an hour',
      env: token,
      model: () => () => rejected(null),
      outcome: 'usage_limit',
      also: waitsFor(880, 901),
    },
    {
      what: 'with a reset time in the past: tried again after a minute',
      env: token,
      model: () => () => rejected(-600),
      outcome: 'usage_limit',
      also: waitsFor(40, 61),
    },
    {
      what: 'as text alone, with a clock time',
      model: () => () => httpError(429, "You've hit your session limit · resets 3:45pm"),
      outcome: 'usage_limit',
      also: waitsFor(1, 86_411),
    },
    {
      what: 'as the older text, with a time in seconds',
      model: () => () => httpError(429, `Claude AI usage limit reached|${inSeconds(7200)}`),
      outcome: 'usage_limit',
      also: waitsFor(7180, 7211),
    },
    {
      what: 'as text without any time',
      model: () => () => httpError(429, "You've reached your usage limit"),
      outcome: 'usage_limit',
      also: waitsFor(880, 901),
    },
    {
      what: 'as the answer of the model itself, which is no limit',
      model: () => () => say("You've hit your session limit · resets 3:45pm"),
      outcome: 'completed',
    },
    {
      what: 'in the middle of the work',
      env: token,
      model: () => (request) =>
        turnOf(request) === 0 ? useTool('Bash', { command: 'true' }) : rejected(3600),
      outcome: 'usage_limit',
      also: waitsFor(3580, 3611),
    },
    {
      what: "an API key's own limit, told as a plan's: it is a burst",
      model: () => () => rejected(3600),
      outcome: 'rate_limited',
      also: waitsFor(1, 61),
    },
    {
      what: 'with no usage credits for more, but a time at which it resets',
      env: token,
      model: () => () => rejected(3600, 'overage'),
      outcome: 'usage_limit',
      says: 'resets',
      also: waitsFor(3580, 3611),
    },
    {
      what: `${NOT_A_LIMIT}: a 500 is a 500`,
      env: token,
      model: () => (request) =>
        turnOf(request) === 0
          ? beside(works, { 'anthropic-ratelimit-unified-status': 'rejected' })
          : httpError(500),
      outcome: 'server_error',
    },
    {
      what: 'of one model alone',
      env: token,
      model: () => () => rejected(3600, 'seven_day_opus'),
      outcome: 'usage_limit',
      also: waitsFor(3580, 3611),
    },
    {
      what: 'with a warning only, while the work continues',
      env: token,
      model: () => () =>
        beside(say('Done.'), {
          'anthropic-ratelimit-unified-status': 'allowed_warning',
          'anthropic-ratelimit-unified-reset': inSeconds(3600),
          'anthropic-ratelimit-unified-representative-claim': 'five_hour',
        }),
      outcome: 'completed',
    },
    {
      what: 'as text alone, with a day and a clock time',
      model: () => () => httpError(429, "You've hit your weekly limit · resets Dec 3, 8:37pm (UTC)"),
      outcome: 'usage_limit',
    },
    {
      what: 'as text in a 403',
      model: () => () => httpError(403, "You've hit your session limit · resets 3:45pm"),
      outcome: 'auth_failed',
    },
    {
      what: 'of spending',
      model: () => () => httpError(429, "You've hit your monthly spend limit"),
      outcome: 'billing',
      says: 'spend limit',
    },
    {
      what: 'that needs usage credits',
      model: () => () => httpError(400, "You're out of usage credits"),
      outcome: 'billing',
    },
    {
      what: 'of a seat without any usage',
      model: () => () => httpError(429, "Your seat type doesn't include usage"),
      outcome: 'billing',
    },
  ],
};
