import { httpError, oneByOne, raw, say } from '@cc-executor/testkit';
import { waitsFor } from '../checks.ts';
import type { ScenarioGroup } from '../scenario.ts';

const CREDIT =
  'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade.';
const PAGE = '<html><body><h1>Sign in to the guest network</h1></body></html>';
const token = { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-test' };
const slow = (headers: Record<string, string>) => () => () => httpError(429, 'slow down', headers);

/** Each HTTP error that the model's server or something before it gives. */
export const httpErrors: ScenarioGroup = {
  title: 'The model answers with an HTTP error',
  scenarios: [
    {
      what: '400 for a field that it does not know',
      model: () => () => httpError(400, 'bad field'),
      outcome: 'invalid_request',
      retries: 0,
      says: 'bad field',
    },
    {
      what: '400 because the prompt is too long',
      model: () => () => httpError(400, 'prompt is too long: 300000 tokens > 200000 maximum'),
      outcome: 'prompt_too_long',
      says: 'too long',
    },
    {
      what: '400 because the credit is used up',
      model: () => () => httpError(400, CREDIT),
      outcome: 'billing',
      says: 'Credit',
    },
    {
      what: '400 without a body',
      model: () => () => raw('', 'application/json', 400),
      outcome: 'invalid_request',
    },
    {
      what: '401 for the API key',
      model: () => () => httpError(401, 'invalid x-api-key'),
      outcome: 'auth_failed',
      retries: 2,
      says: 'Invalid API key',
    },
    {
      what: '401 for a token that has expired',
      env: token,
      model: () => () => httpError(401, 'OAuth token has expired.'),
      outcome: 'auth_failed',
    },
    {
      what: '401 once, then an answer',
      model: () => oneByOne(httpError(401), say('Done.')),
      outcome: 'completed',
    },
    { what: '402', model: () => () => httpError(402, 'pay first'), outcome: 'billing' },
    { what: '403', model: () => () => httpError(403), outcome: 'auth_failed', retries: 0, says: '403' },
    {
      what: '403 for a token that was revoked',
      env: token,
      model: () => () => httpError(403, 'OAuth token has been revoked. Please obtain a new token.'),
      outcome: 'auth_failed',
    },
    {
      what: '404 for the model',
      model: () => () => httpError(404, 'model: x'),
      outcome: 'model_not_found',
      says: 'model',
    },
    { what: '408', model: () => () => httpError(408, 'too slow'), outcome: 'server_error' },
    { what: '409', model: () => () => httpError(409, 'conflict'), outcome: 'server_error' },
    { what: '413', model: () => () => httpError(413), outcome: 'prompt_too_long', says: 'too large' },
    { what: '429', model: slow({}), outcome: 'rate_limited', retries: 2, says: 'slow down' },
    { what: '429 with a Retry-After of 1 s', model: slow({ 'retry-after': '1' }), outcome: 'rate_limited' },
    {
      what: '429 with a Retry-After of more than a minute',
      also: waitsFor(45, 61),
      model: slow({ 'retry-after': '61' }),
      outcome: 'rate_limited',
      retries: 0,
    },
    {
      what: '429 that asks not to be retried',
      model: slow({ 'x-should-retry': 'false' }),
      outcome: 'rate_limited',
    },
    {
      what: '429 twice, then an answer',
      model: () => oneByOne(httpError(429), httpError(429), say('Done.')),
      outcome: 'completed',
      retries: 2,
    },
    {
      what: '500',
      model: () => () => httpError(500, 'oops'),
      outcome: 'server_error',
      retries: 2,
      says: 'oops',
    },
    {
      what: '500 once, then an answer',
      model: () => oneByOne(httpError(500), say('Done.')),
      outcome: 'completed',
    },
    {
      what: '502 with a page for people',
      model: () => () => raw('<html>Bad gateway</html>', 'text/html', 502),
      outcome: 'server_error',
    },
    { what: '503', model: () => () => httpError(503, 'later'), outcome: 'server_error' },
    { what: '504', model: () => () => httpError(504, 'timeout'), outcome: 'server_error' },
    { what: '529', model: () => () => httpError(529), outcome: 'overloaded', retries: 2, says: '529' },
    {
      what: '529 once, then an answer',
      model: () => oneByOne(httpError(529), say('Done.')),
      outcome: 'completed',
      retries: 1,
    },
    {
      what: '200 with a page for people, as a guest network has it',
      model: () => () => raw(PAGE, 'text/html'),
      outcome: 'network',
    },
    { what: '200 without a body', model: () => () => raw(''), outcome: 'network' },
    {
      what: 'no answer, because nobody listens',
      env: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' },
      outcome: 'network',
      retries: 2,
    },
    {
      what: 'a redirection that leads nowhere',
      model: () => () => ({ raw: '', status: 307, headers: { location: 'http://127.0.0.1:1/' } }),
      outcome: 'network',
    },
  ],
};
