import { firstUserTexts, httpError, oneByOne, raw, say, turnOf, useTool } from '@cc-executor/testkit';
import { waitsFor } from '../checks.ts';
import type { Scenario, ScenarioGroup } from '../scenario.ts';

const CREDIT =
  'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade.';
const PAGE = '<html><body><h1>Sign in to the guest network</h1></body></html>';
const token = { ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-test' };
const slow = (headers: Record<string, string>) => () => () => httpError(429, 'slow down', headers);

/** What stands before the API may answer with a page: a guest network, a proxy, a content delivery network. */
const pages: readonly (readonly [number, string])[] = [
  [400, '<html><head><title>400 Bad Request</title></head><body>nginx</body></html>'],
  [401, '<html><body>Sign in</body></html>'],
  [403, '<!DOCTYPE html><html><title>Attention Required! | Cloudflare</title></html>'],
  [404, '<html><body><h1>404 Not Found</h1></body></html>'],
];

const DISABLED: readonly (readonly [number, string])[] = [
  [400, 'This organization has been disabled.'],
  [400, 'Your organization has been disabled. Please contact support.'],
  [403, 'Your account has been disabled after an automatic review of your recent activities.'],
  [401, 'This account is suspended.'],
];

/** What the API answers to a conversation that it does not take. */
const MIDWAY: readonly (readonly [number, string])[] = [
  [
    400,
    'messages.1.content.0: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified',
  ],
  [400, 'messages.2: `tool_use` ids were found without `tool_result` blocks immediately after'],
  [400, 'messages.1.content.0: Invalid `signature` in `thinking` block'],
  [422, 'unprocessable'],
];

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
    ...[400, 401, 403, 404].map((status) => ({
      what: `${String(status)} with a page of HTML`,
      model: () => () => raw(PAGE, 'text/html', status),
      outcome: 'network' as const,
    })),
    {
      what: '401 without a body',
      model: () => () => raw('', 'application/json', 401),
      outcome: 'auth_failed',
    },
    {
      what: '400 without a body, which the API never sends',
      model: () => () => raw('', 'application/json', 400),
      outcome: 'network',
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
    ...pages.map(([status, text]): Scenario => ({
      what: `${String(status)} with a page for people: it comes from something before the API`,
      model: () => () => raw(text, 'text/html', status),
      outcome: 'network',
    })),
    {
      what: '401 with JSON of a gateway',
      model: () => () => httpError(401, { error: { message: 'bad key', type: 'auth_error', code: '401' } }),
      outcome: 'auth_failed',
      says: 'bad key',
    },
    {
      what: '403 with a sentence of a gateway',
      model: () => () => raw('blocked by policy', 'text/plain', 403),
      outcome: 'auth_failed',
      says: 'blocked by policy',
    },
    {
      what: '403 without a body',
      model: () => () => raw('', 'application/json', 403),
      outcome: 'network',
    },
    {
      what: '407 of a proxy',
      model: () => () => raw('<html>Proxy</html>', 'text/html', 407),
      outcome: 'network',
    },
    ...DISABLED.map(([status, words]): Scenario => ({
      what: `${String(status)} "${words}"`,
      model: () => () => httpError(status, words),
      outcome: 'account_disabled',
      says: words,
    })),
    {
      what: '400 in the same words for three prompts in a row: the third is not blamed',
      earlier: ['Do this.', 'Do that.'],
      model: () => () =>
        httpError(400, 'This feature is not enabled for request req_011CSHoEeqs5C35K2UUqR7Fy'),
      outcome: 'all_refused',
      says: 'not enabled',
    },
    {
      what: '400 in other words for the prompt before',
      earlier: ['Do this.', 'Do that.'],
      model: () => (request) =>
        httpError(400, firstUserTexts(request).at(-1)?.includes('that') === true ? 'bad one' : 'bad other'),
      outcome: 'invalid_request',
    },
    {
      what: '400 because a filter blocks what it would say',
      model: () => () => httpError(400, 'Output blocked by content filtering policy'),
      outcome: 'refused',
    },
    ...MIDWAY.map(([status, words]): Scenario => ({
      what: `${String(status)} "${words}" in a conversation that had good answers`,
      model: () => (request) =>
        turnOf(request) === 0 ? useTool('Bash', { command: 'true' }) : httpError(status, words),
      outcome: 'conversation_refused',
    })),
    {
      what: '400 in a conversation that had good answers, which a retry may fix',
      task: { prompt: 'Do it.', retries: 1 },
      model: () => (request) =>
        turnOf(request) === 0 ? useTool('Bash', { command: 'true' }) : httpError(400, 'bad block'),
      outcome: 'conversation_refused',
      status: 'waiting',
    },
    {
      what: '400 because the prompt is too long, in a conversation that had good answers',
      model: () => (request) =>
        turnOf(request) === 0
          ? useTool('Bash', { command: 'true' })
          : httpError(400, 'prompt is too long: 300000 tokens > 200000 maximum'),
      outcome: 'prompt_too_long',
    },
    {
      what: '400 because input and output together are too long',
      model: () => () =>
        httpError(400, 'input length and `max_tokens` exceed context limit: 199000 + 32000 > 200000'),
      outcome: 'prompt_too_long',
    },
    { what: '422', model: () => () => httpError(422, 'unprocessable'), outcome: 'invalid_request' },
    { what: '451', model: () => () => httpError(451, 'not here'), outcome: 'agent_error' },
    { what: '408', model: () => () => httpError(408, 'too slow'), outcome: 'server_error' },
    { what: '409', model: () => () => httpError(409, 'conflict'), outcome: 'server_error' },
    { what: '413', model: () => () => httpError(413), outcome: 'prompt_too_long', says: 'too large' },
    { what: '429', model: slow({}), outcome: 'rate_limited', retries: 2, says: 'slow down' },
    { what: '429 with a Retry-After of 1 s', model: slow({ 'retry-after': '1' }), outcome: 'rate_limited' },
    {
      what: '429 with a page for people',
      model: () => () => raw('<html>Too many requests</html>', 'text/html', 429),
      outcome: 'rate_limited',
    },
    {
      what: '429 in the middle of the work',
      model: () => (request) =>
        turnOf(request) === 0 ? useTool('Bash', { command: 'true' }) : httpError(429, 'slow down'),
      outcome: 'rate_limited',
    },
    {
      what: '429 without a body',
      model: () => () => raw('', 'application/json', 429),
      outcome: 'rate_limited',
    },
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
    ...[500, 503, 504, 520, 521, 522, 524, 530].map((status): Scenario => ({
      what: `${String(status)} with a page of what is before the API`,
      model: () => () => raw(`<html><title>Error ${String(status)}</title></html>`, 'text/html', status),
      outcome: 'server_error',
    })),
    {
      what: '500 in the middle of the work',
      model: () => (request) =>
        turnOf(request) === 0 ? useTool('Bash', { command: 'true' }) : httpError(500, 'oops'),
      outcome: 'server_error',
    },
    {
      what: '529 in the middle of the work',
      model: () => (request) =>
        turnOf(request) === 0 ? useTool('Bash', { command: 'true' }) : httpError(529),
      outcome: 'overloaded',
    },
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
