import { httpError, say, turnOf, useTool, type Reply } from '@cc-executor/testkit';
import { waitsFor } from '../checks.ts';
import type { ScenarioGroup } from '../scenario.ts';

const token = { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-test' };
const inSeconds = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds);

/** What the API answers to a subscription that has reached a limit. */
const rejected = (seconds: number | null, claim = 'five_hour'): Reply =>
  httpError(429, 'limit reached', {
    'anthropic-ratelimit-unified-status': 'rejected',
    ...(seconds === null ? {} : { 'anthropic-ratelimit-unified-reset': inSeconds(seconds) }),
    'anthropic-ratelimit-unified-representative-claim': claim,
  });

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
