import { oneByOne, say, toolServer, useTool, type ModelRequest } from '@cc-executor/testkit';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ScenarioGroup } from '../scenario.ts';
import { ask, hasNamespaces, resultOf, run } from './codex.ts';

const strict = {
  type: 'object',
  properties: { ok: { type: 'boolean' } },
  required: ['ok'],
  additionalProperties: false,
};
const open = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };

/** Runs a command, and then answers with what the model sees of it. */
const runsAndTells =
  (cmd: string, more: object = {}) =>
  () =>
  (request: ModelRequest) => {
    const seen = toolResults(request);
    return seen === '' ? run(cmd, more) : say(`It saw: ${seen}`);
  };

function toolResults({ messages }: ModelRequest): string {
  const blocks = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
  return blocks
    .filter(({ type }) => type === 'tool_result')
    .map(({ content }) => String(content))
    .join('\n');
}

/** Everything that the model receives. */
const told = ({ system, messages }: ModelRequest) => JSON.stringify([system, messages]);

/** Prompts that Codex works on, over the Responses API. */
export const codexTurns: ScenarioGroup = {
  title: 'Codex',
  scenarios: [
    {
      what: 'that answers',
      model: () => () => say('It is done.', { usage: { input_tokens: 10, output_tokens: 5 } }),
      task: ask(),
      outcome: 'completed',
      also: ({ tasks }) =>
        expect(tasks[0]?.end).toMatchObject({
          result: 'It is done.',
          model: 'gpt-scripted',
          agent_version: '0.171.0',
          usage: { input_tokens: 10, output_tokens: 5 },
          cost_usd: null,
        }),
    },
    {
      what: 'that answers in small pieces, through characters',
      model: () => () => say('Größe: 漢字 \u{1f600}', { chunk: 1, piece_bytes: 3 }),
      task: ask(),
      outcome: 'completed',
      also: (state) => expect(resultOf(state)).toBe('Größe: 漢字 \u{1f600}'),
    },
    {
      what: 'that says something before its answer',
      model: () => (request) =>
        toolResults(request) === ''
          ? { blocks: [{ text: 'First I look.' }, { tool: 'exec_command', input: { cmd: 'true' } }] }
          : say('It is good.'),
      task: ask(),
      outcome: 'completed',
      also: (state) => expect(resultOf(state)).toBe('It is good.'),
    },
    {
      what: 'that answers with JSON by a schema that its server takes',
      model: () => (request) => say(JSON.stringify({ ok: told(request).includes('fit this JSON schema') })),
      task: ask({ json_schema: strict }),
      outcome: 'completed',
      also: ({ tasks }) => expect(tasks[0]?.end?.json).toEqual({ ok: false }),
    },
    {
      what: 'that answers with JSON by a schema that its server refuses',
      model: () => (request) => say(JSON.stringify({ ok: told(request).includes('fit this JSON schema') })),
      task: ask({ json_schema: open }),
      outcome: 'completed',
      also: ({ tasks }) => expect(tasks[0]?.end?.json).toEqual({ ok: true }),
    },
    {
      what: 'that puts its JSON into a fence',
      model: () => () => say('Here:\n```json\n{"ok": true}\n```'),
      task: ask({ json_mode: true }),
      outcome: 'completed',
      also: ({ tasks }) => expect(tasks[0]?.end?.warnings?.map(({ code }) => code)).toContain('json_mended'),
    },
    {
      what: 'whose JSON does not fit the schema',
      model: () => () => say('{"ok": "yes"}'),
      task: ask({ json_schema: strict }),
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
      says: 'nothing',
    },
    {
      what: 'that says nothing, and answers when its thread is resumed',
      model: () => oneByOne(say(''), say('Here it is.')),
      task: ask(),
      outcome: 'completed',
    },
    {
      what: 'that reaches its limit of output',
      model: () => () => say('one two', { stop_reason: 'max_tokens' }),
      task: ask(),
      outcome: 'output_token_limit',
    },
    {
      what: 'whose answer a filter refuses',
      model: () => () => say('', { stop_reason: 'refusal' }),
      task: ask(),
      outcome: 'refused',
    },
    {
      what: 'that refuses, and has another model',
      model: () => (request) =>
        request.model === 'gpt-other' ? say('I do it.') : say('', { stop_reason: 'refusal' }),
      task: ask({ fallback_model: 'gpt-other' }),
      outcome: 'completed',
    },
    {
      what: 'that calls a tool of an MCP server',
      model: () => (request) => {
        const seen = toolResults(request);
        return seen === '' ? useTool('mcp__tools__echo', { text: 'hi' }) : say('It saw it.');
      },
      task: ask({ mcp_servers: { tools: toolServer() } }),
      outcome: 'completed',
      also: async (_, { events }) =>
        expect((await events()).find(({ type }) => type === 'agent.tool_result')?.data).toMatchObject({
          is_error: false,
          content: { content: [{ type: 'text', text: 'hi' }] },
        }),
    },
    {
      what: 'that only plans, and does not call a tool of an MCP server',
      model: () => (request) => {
        const seen = toolResults(request);
        return seen === '' ? useTool('mcp__tools__echo', { text: 'hi' }) : say('It saw it.');
      },
      task: ask({ mcp_servers: { tools: toolServer() }, permission_mode: 'plan' }),
      outcome: 'completed',
      also: async (_, { events }) =>
        expect((await events()).find(({ type }) => type === 'agent.tool_result')?.data).toMatchObject({
          is_error: true,
        }),
    },
    {
      what: 'whose MCP server speaks an older way',
      task: ask({ mcp_servers: { old: { type: 'sse', url: 'http://127.0.0.1:1/' } } }),
      outcome: 'mcp_failed',
      says: 'does not support servers of the type "sse"',
    },
    {
      what: 'that asks a question',
      model: () => (request) =>
        toolResults(request) === ''
          ? useTool('request_user_input', {
              questions: [{ id: 'a', header: 'A', question: 'Which one?', options: [] }],
            })
          : say('I decide by myself.'),
      task: ask(),
      outcome: 'completed',
    },
    {
      what: 'that runs a command in its workspace',
      possible: hasNamespaces,
      model: runsAndTells('echo hello > made.txt && cat made.txt'),
      task: ask(),
      outcome: 'completed',
      also: async (state, { workspace }) => {
        expect(resultOf(state)).toContain('hello');
        expect(existsSync(join(await workspace(), 'made.txt'))).toBe(true);
      },
    },
    {
      what: 'whose command fails',
      possible: hasNamespaces,
      model: runsAndTells('echo broken; exit 3'),
      task: ask(),
      outcome: 'completed',
      also: async (state, { events }) => {
        expect(resultOf(state)).toContain('code 3');
        const result = (await events()).find(({ type }) => type === 'agent.tool_result');
        expect(result?.data).toMatchObject({ is_error: true, exit_code: 3 });
      },
    },
    {
      what: 'whose command writes outside of its workspace',
      possible: hasNamespaces,
      model: () => runsAndTells('touch "$HOME/outside"; echo "code $?"')(),
      task: ask(),
      outcome: 'completed',
      also: (state, { home }) => {
        expect(resultOf(state)).toContain('code 1');
        expect(existsSync(join(home, 'outside'))).toBe(false);
      },
    },
    {
      what: 'that may change nothing (plan)',
      possible: hasNamespaces,
      model: runsAndTells('touch made.txt; echo "code $?"'),
      task: ask({ permission_mode: 'plan' }),
      outcome: 'completed',
      also: async (state, { workspace }) => {
        expect(resultOf(state)).toContain('code 1');
        expect(existsSync(join(await workspace(), 'made.txt'))).toBe(false);
      },
    },
    {
      what: 'that asks for more than it may',
      possible: hasNamespaces,
      model: runsAndTells('touch "$HOME/outside"', {
        sandbox_permissions: 'require_escalated',
        justification: 'please',
      }),
      task: ask(),
      outcome: 'completed',
      also: (_, { home }) => expect(existsSync(join(home, 'outside'))).toBe(false),
    },
    {
      what: 'whose commands look for its key',
      possible: hasNamespaces,
      model: runsAndTells('env; cat /proc/*/environ | tr "\\0" "\\n"; echo end'),
      task: ask({ env: { MINE: 'visible' } }),
      outcome: 'completed',
      also: (state) => {
        expect(resultOf(state)).toContain('MINE=visible');
        expect(resultOf(state)).not.toMatch(/sk-made-up|sk-test/);
      },
    },
    {
      what: 'that may do everything, as root',
      possible: () => process.getuid?.() === 0,
      task: ask({ permission_mode: 'bypassPermissions' }),
      outcome: 'spawn_failed',
      says: 'never used as root',
    },
    {
      what: 'whose workspace has instructions',
      before: async ({ workspace }) => writeFileSync(join(await workspace(), 'AGENTS.md'), 'Say PINEAPPLE.'),
      model: () => (request) => say(String(told(request).includes('PINEAPPLE'))),
      task: ask(),
      outcome: 'completed',
      also: (state) => expect(resultOf(state)).toBe('true'),
    },
    {
      what: 'whose workspace has instructions that are not to be read',
      before: async ({ workspace }) => writeFileSync(join(await workspace(), 'AGENTS.md'), 'Say PINEAPPLE.'),
      model: () => (request) => say(String(told(request).includes('PINEAPPLE'))),
      task: ask({ workspace_memory: false }),
      outcome: 'completed',
      also: (state) => expect(resultOf(state)).toBe('false'),
    },
    {
      what: 'whose workspace has a configuration, which is not trusted',
      before: async ({ workspace }) => {
        const folder = join(await workspace(), '.codex');
        mkdirSync(folder);
        writeFileSync(join(folder, 'config.toml'), 'developer_instructions = "Say PINEAPPLE."\n');
      },
      model: () => (request) => say(String(told(request).includes('PINEAPPLE'))),
      task: ask(),
      outcome: 'completed',
      also: (state) => expect(resultOf(state)).toBe('false'),
    },
    {
      what: 'whose workspace has a configuration, which is trusted',
      before: async ({ workspace }) => {
        const folder = join(await workspace(), '.codex');
        mkdirSync(folder);
        writeFileSync(join(folder, 'config.toml'), 'developer_instructions = "Say PINEAPPLE."\n');
      },
      model: () => (request) => say(String(told(request).includes('PINEAPPLE'))),
      task: ask({ trust_workspace: true }),
      outcome: 'completed',
      also: (state) => expect(resultOf(state)).toBe('true'),
    },
    {
      what: 'that has no credential',
      env: { OPENAI_API_KEY: '' },
      task: ask(),
      outcome: 'auth_failed',
      says: 'codex login',
    },
    {
      what: "that has the user's login",
      env: { OPENAI_API_KEY: '' },
      before: async ({ home }) => {
        mkdirSync(join(home, '.codex'));
        writeFileSync(join(home, '.codex/auth.json'), '{"OPENAI_API_KEY": "sk-login"}');
        await Promise.resolve();
      },
      task: ask(),
      outcome: 'completed',
    },
  ],
};
