import { cut, hang, httpError, oneByOne, raw, say, useTool } from '@cc-executor/testkit';
import { cancel } from '@cc-executor/executions';
import { expect } from 'vitest';
import type { Scenario, ScenarioGroup } from '../scenario.ts';

/** A prompt for the agent "model"; its address is that of the scripted model. */
const ask = (more: object = {}): NonNullable<Scenario['task']> => ({
  prompt: 'Do it.',
  agent: 'model',
  model: 'reviewer-1',
  ...more,
});
const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
const fails =
  (status: number, body?: unknown, headers: Record<string, string> = {}) =>
  () =>
  () =>
    httpError(status, body, headers);
const code = (value: string, message = 'no') => ({ error: { message, code: value } });

/** Prompts that a model answers without tools, over the Chat Completions API. */
export const modelRequests: ScenarioGroup = {
  title: 'A model without tools',
  scenarios: [
    {
      what: 'that answers',
      model: () => () => say('It is a good change.', { usage: { input_tokens: 10, output_tokens: 5 } }),
      task: ask(),
      outcome: 'completed',
      also: ({ tasks }) =>
        expect(tasks[0]?.end).toMatchObject({
          result: 'It is a good change.',
          model: 'reviewer-1',
          usage: { input_tokens: 10, output_tokens: 5 },
          cost_usd: null,
        }),
    },
    {
      what: 'that answers in small pieces, through characters',
      model: () => () => say('Größe: 漢字 \u{1f600}', { chunk: 1, piece_bytes: 3 }),
      task: ask(),
      outcome: 'completed',
      also: ({ tasks }) => expect(tasks[0]?.end?.result).toBe('Größe: 漢字 \u{1f600}'),
    },
    {
      what: 'that answers with JSON by a schema',
      model: () => (request) => say(JSON.stringify({ ok: 'response_format' in request })),
      task: ask({ json_schema: schema }),
      outcome: 'completed',
      also: ({ tasks }) => expect(tasks[0]?.end?.json).toEqual({ ok: true }),
    },
    {
      what: 'that puts its JSON into a fence',
      model: () => () => say('Here:\n```json\n{"ok": true}\n```'),
      task: ask({ json_mode: true }),
      outcome: 'completed',
      also: ({ tasks }) => expect(tasks[0]?.end?.warnings?.[0]?.code).toBe('json_mended'),
    },
    {
      what: 'whose JSON does not fit the schema',
      model: () => () => say('{"ok": "yes"}'),
      task: ask({ json_schema: schema }),
      outcome: 'invalid_output',
      says: '/ok must be boolean',
    },
    {
      what: 'whose answer is no JSON',
      model: () => () => say('It is fine.'),
      task: ask({ json_mode: true }),
      outcome: 'invalid_output',
      says: 'not JSON',
    },
    {
      what: 'that says nothing',
      model: () => () => say(''),
      task: ask(),
      outcome: 'no_result',
      says: 'empty',
    },
    {
      what: 'that asks for a tool',
      model: () => () => useTool('Bash', { command: 'ls' }),
      task: ask(),
      outcome: 'no_result',
      says: 'it has none',
    },
    {
      what: 'that reaches its limit of output',
      model: () => () => say('one two', { stop_reason: 'max_tokens' }),
      task: ask(),
      outcome: 'output_token_limit',
    },
    {
      what: 'that refuses',
      model: () => () => say('', { stop_reason: 'refusal' }),
      task: ask(),
      outcome: 'refused',
    },
    {
      what: 'that refuses the key (401)',
      model: fails(401),
      task: ask(),
      outcome: 'auth_failed',
      says: 'pass_env',
    },
    { what: 'that denies access (403)', model: fails(403), task: ask(), outcome: 'auth_failed' },
    {
      what: 'whose key the worker does not have',
      task: ask({ pass_env: ['NO_SUCH_KEY'] }),
      outcome: 'auth_failed',
      says: 'has no NO_SUCH_KEY',
    },
    {
      what: 'whose account has no credit left',
      model: fails(429, code('insufficient_quota')),
      task: ask(),
      outcome: 'billing',
    },
    {
      what: 'that does not exist (404)',
      model: fails(404),
      task: ask(),
      outcome: 'model_not_found',
      says: 'model_url',
    },
    {
      what: 'that gets a prompt too long for it',
      model: fails(400, code('context_length_exceeded')),
      task: ask(),
      outcome: 'prompt_too_long',
    },
    {
      what: 'that calls the request invalid (400)',
      model: fails(400, code('bad', 'no such option')),
      task: ask(),
      outcome: 'invalid_request',
      says: 'no such option',
    },
    {
      what: 'that filters the prompt',
      model: fails(400, code('content_filter')),
      task: ask(),
      outcome: 'refused',
    },
    {
      what: 'that answers too many requests, for seconds',
      model: fails(429, undefined, { 'retry-after': '7' }),
      task: ask(),
      outcome: 'rate_limited',
    },
    {
      what: 'that answers too many requests, for hours',
      model: fails(429, undefined, { 'x-ratelimit-reset-requests': '2h30m' }),
      task: ask(),
      outcome: 'usage_limit',
      also: ({ tasks }) => {
        const at = Date.parse(tasks[0]?.end?.resets_at ?? '');
        expect(Math.abs(at - Date.now() - 9_000_000)).toBeLessThan(600_000);
      },
    },
    { what: 'that is overloaded (503)', model: fails(503), task: ask(), outcome: 'overloaded' },
    { what: 'whose server fails (500)', model: fails(500), task: ask(), outcome: 'server_error' },
    {
      what: 'that answers with a page of HTML',
      model: () => () => raw('<html>Sign in</html>', 'text/html'),
      task: ask(),
      outcome: 'network',
      says: 'not an answer of the API',
    },
    {
      what: 'behind a proxy that answers with a page of HTML (502)',
      model: () => () => raw('<html>Bad gateway</html>', 'text/html', 502),
      task: ask(),
      outcome: 'network',
    },
    {
      what: 'whose answer is cut',
      model: () => () => cut(3, say('one two three', { chunk: 4 })),
      task: ask(),
      outcome: 'network',
      says: 'was cut',
    },
    {
      what: 'whose answer ends without a reason to finish',
      model: () => () => raw('data: {"choices":[{"delta":{"content":"one"}}]}\n\ndata: [DONE]\n\n'),
      task: ask(),
      outcome: 'network',
      says: 'without a reason to finish',
    },
    {
      what: 'that sends garbage between its messages',
      model: () => () =>
        raw(
          'data: {half\n\n: note\n\ndata: null\n\ndata: {"choices":[{"delta":{"content":"one"}}]}\n\n' +
            'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n',
        ),
      task: ask(),
      outcome: 'completed',
      also: ({ tasks }) => expect(tasks[0]?.end?.result).toBe('one'),
    },
    {
      what: 'that reports an error in its answer',
      model: () => () => raw('data: {"error":{"message":"out of memory"}}\n\n'),
      task: ask(),
      outcome: 'server_error',
      says: 'out of memory',
    },
    {
      what: 'that sends the request elsewhere',
      model: () => () => ({ raw: '', status: 307, headers: { location: 'http://127.0.0.1:1/' } }),
      task: ask({ pass_env: ['ANY_KEY'] }),
      env: { ANY_KEY: 'secret' },
      outcome: 'invalid_request',
    },
    {
      what: 'that cannot be reached',
      task: ask({ model_url: 'http://127.0.0.1:65535/v1' }),
      outcome: 'network',
      says: 'could not be reached',
    },
    {
      what: 'that fails once and is tried again',
      model: () => oneByOne(say(''), say('Here it is.')),
      task: ask(),
      outcome: 'completed',
    },
    {
      what: 'that never answers, and is cancelled',
      model: () => () => hang(2, say('one two three', { chunk: 4 })),
      task: ask(),
      meanwhile: async ({ first, ports, executionId }) => {
        await first('agent.delta');
        await cancel(ports, executionId);
        ports.leases.recheck(executionId);
      },
      outcome: 'cancelled',
    },
    {
      what: 'that never answers, until it was silent for long',
      model: () => () => hang(),
      task: ask(),
      settings: { silenceTimeout: 5 },
      outcome: 'silent',
    },
  ],
};
