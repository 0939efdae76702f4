import { AGENT_PROGRAMS, type ACP_PROGRAMS } from '@cc-executor/contracts';
import { cancel } from '@cc-executor/executions';
import {
  childrenOf,
  cut,
  httpError,
  installAcpAgents,
  oneByOne,
  raw,
  say,
  useTool,
  type ModelRequest,
  type Reply,
} from '@cc-executor/testkit';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Scenario, ScenarioGroup } from '../scenario.ts';
import { answerOf } from './acp.ts';

type Name = keyof typeof ACP_PROGRAMS;
const OPENCODE_ENV = ['OPENCODE_CONFIG_CONTENT', 'OPENCODE_DISABLE_MODELS_FETCH'];

const task = (name: Name, more: object = {}): NonNullable<Scenario['task']> => ({
  prompt: 'Do it.',
  agent: 'acp',
  acp: name,
  // Without a model, Gemini CLI asks another one first which to use.
  ...(name === 'opencode' ? { pass_env: OPENCODE_ENV } : { model: 'gemini-2.5-pro' }),
  ...more,
});
const gemini = (more: object = {}) => task('gemini', more);
const opencode = (more: object = {}) => task('opencode', more);

/** OpenCode is pinned for one system. */
const hasOpenCode = () => {
  const folder = mkdtempSync(join(tmpdir(), 'cc-agents-'));
  try {
    return installAcpAgents(folder).includes('opencode');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Answers the agent's own requests for a title, and each other one by what the model has seen of its tools so far. */
const working =
  (first: () => Reply, then: (seen: string) => Reply = (seen) => say(`It saw: ${seen}`)) =>
  (request: ModelRequest): Reply => {
    if (request.tools === undefined) return say('A title');
    const seen = JSON.stringify(
      request.messages.filter(
        ({ role, content }) =>
          role === 'tool' || (Array.isArray(content) && content.some(({ type }) => type === 'tool_result')),
      ),
    );
    return seen === '[]' ? first() : then(seen);
  };
const shell = (command: string) => useTool('run_shell_command', { command, description: 'x' });
const bash = (command: string) => useTool('bash', { command, description: 'x' });

const begun: NonNullable<Scenario['meanwhile']> = async ({ first }) => {
  await first('agent.tool_use');
};
const cancelled: NonNullable<Scenario['meanwhile']> = async (playing) => {
  await cancel(playing.ports, playing.executionId);
  playing.ports.leases.recheck(playing.executionId);
};
/** Gemini CLI, on the scripted model. */
export const acpGemini: ScenarioGroup = {
  title: 'Gemini CLI',
  scenarios: [
    {
      what: 'that answers',
      model: () => () => say('It is done.', { usage: { input_tokens: 10, output_tokens: 5 } }),
      task: gemini(),
      outcome: 'completed',
      also: ({ tasks }) =>
        expect(tasks[0]?.end).toMatchObject({
          result: 'It is done.',
          agent_version: `gemini-cli ${AGENT_PROGRAMS.gemini.version}`,
          usage: { input_tokens: 10, output_tokens: 5 },
        }),
    },
    {
      what: 'that answers in small pieces, through characters',
      model: () => () => say('Größe: 漢字 \u{1f600}', { chunk: 1, piece_bytes: 3 }),
      task: gemini(),
      outcome: 'completed',
      also: (state) => expect(answerOf(state)).toBe('Größe: 漢字 \u{1f600}'),
    },
    {
      what: 'that answers with JSON by a schema',
      model: () => () => say('{"ok": true}'),
      task: gemini({ json_schema: { type: 'object', properties: { ok: { type: 'boolean' } } } }),
      outcome: 'completed',
      also: ({ tasks }) => expect(tasks[0]?.end?.json).toEqual({ ok: true }),
    },
    {
      what: 'whose JSON does not fit',
      model: () => () => say('{"ok": "yes"}'),
      task: gemini({ json_schema: { type: 'object', properties: { ok: { type: 'boolean' } } } }),
      outcome: 'invalid_output',
      says: '/ok must be boolean',
    },
    {
      what: 'that runs a command',
      model: () => working(() => shell('echo hello > made.txt; cat made.txt')),
      task: gemini(),
      outcome: 'completed',
      also: async (state, { events, workspace }) => {
        expect(answerOf(state)).toContain('hello');
        expect(readFileSync(join(await workspace(), 'made.txt'), 'utf8')).toBe('hello\n');
        expect((await events()).find(({ type }) => type === 'agent.tool_use')?.data).toMatchObject({
          name: 'Bash',
          input: { command: 'echo hello > made.txt; cat made.txt' },
        });
      },
    },
    {
      what: 'that writes a file',
      model: () => working(() => useTool('write_file', { file_path: 'w.txt', content: 'hi' })),
      task: gemini(),
      outcome: 'completed',
      also: async (_, { workspace }) =>
        expect(readFileSync(join(await workspace(), 'w.txt'), 'utf8')).toBe('hi'),
    },
    {
      what: 'that would write elsewhere',
      model: () => working(() => useTool('write_file', { file_path: '/etc/cc-made', content: 'hi' })),
      task: gemini(),
      outcome: 'completed',
      also: () => expect(existsSync('/etc/cc-made')).toBe(false),
    },
    {
      what: 'that is denied a page of the web',
      model: () => working(() => useTool('web_fetch', { prompt: 'Read http://127.0.0.1:1/ please' })),
      task: gemini({ on_denied: 'fail' }),
      outcome: 'permission_denied',
      says: 'WebFetch',
    },
    {
      what: 'that only plans',
      model: () => working(() => useTool('write_file', { file_path: 'w.txt', content: 'hi' })),
      task: gemini({ permission_mode: 'plan' }),
      outcome: 'completed',
      also: async (_, { workspace }) => expect(existsSync(join(await workspace(), 'w.txt'))).toBe(false),
    },
    {
      what: 'that uses the model that is asked for',
      model: () => (request) => say(request.model),
      task: gemini({ model: 'gemini-3.5-flash-lite' }),
      outcome: 'completed',
      also: (state) => expect(answerOf(state)).toBe('gemini-3.5-flash-lite'),
    },
    {
      what: 'that has no key',
      env: { GEMINI_API_KEY: '', GOOGLE_GEMINI_BASE_URL: '' },
      task: gemini(),
      outcome: 'auth_failed',
      says: 'Log in with the agent itself',
      knowsVersion: true,
    },
    {
      what: 'whose key is refused',
      model: () => () => httpError(401, { error: { code: 401, message: 'invalid key' } }),
      task: gemini(),
      outcome: 'auth_failed',
    },
    {
      what: 'whose request is refused',
      model: () => () => httpError(400, { error: { code: 400, message: 'bad request' } }),
      task: gemini(),
      outcome: 'invalid_request',
      says: 'bad request',
    },
    {
      what: 'whose model there is not',
      model: () => () => httpError(404, { error: { code: 404, message: 'model not found' } }),
      task: gemini(),
      outcome: 'model_not_found',
    },
    {
      what: 'whose answer is cut',
      model: () => () => cut(2, say('one two three four', { chunk: 4 })),
      task: gemini(),
      outcome: 'network',
    },
    {
      what: 'that answers nothing',
      model: () => () => say(''),
      task: gemini({ retry_context: 'none' }),
      outcome: 'no_result',
    },
    {
      what: 'whose model is asked too often, and falls silent',
      model: () => () => httpError(429, { error: { code: 429, message: 'try again' } }),
      settings: { silenceTimeout: 20 },
      task: gemini(),
      outcome: 'network',
      says: 'no sign of life',
    },
    {
      what: 'that reaches its limit of output, which it does not report',
      model: () => () => say('one two', { stop_reason: 'max_tokens' }),
      task: gemini(),
      outcome: 'completed',
      also: (state) => expect(answerOf(state)).toBe('one two'),
    },
    {
      what: 'whose server fails, and falls silent',
      model: () => () => httpError(500, { error: { code: 500, message: 'boom' } }),
      settings: { silenceTimeout: 20 },
      task: gemini(),
      outcome: 'network',
      says: 'no sign of life',
    },
    {
      what: 'that dies while a command runs',
      model: () => working(() => shell('sleep 600')),
      task: gemini(),
      meanwhile: async (playing) => {
        await begun(playing);
        const { data } = await playing.first('task.process');
        for (const pid of childrenOf([Number(data['pid'])])) process.kill(pid, 'SIGKILL');
      },
      outcome: 'agent_crashed',
    },
    {
      what: 'that is cancelled while a command runs',
      model: () => working(() => shell('sleep 600')),
      task: gemini(),
      meanwhile: async (playing) => {
        await begun(playing);
        await cancelled(playing);
      },
      outcome: 'cancelled',
    },
    {
      what: 'that gets no answer, and asks its model again',
      model: () => oneByOne(say(' '), say('Here it is.')),
      task: gemini(),
      outcome: 'completed',
      also: (state) => expect(answerOf(state).trim()).toBe('Here it is.'),
    },
  ],
};

/** OpenCode, on the scripted model. */
export const acpOpenCode: ScenarioGroup = {
  title: 'OpenCode',
  scenarios: (
    [
      {
        what: 'that answers',
        model: () => () => say('It is done.'),
        task: opencode(),
        outcome: 'completed',
        also: ({ tasks }) =>
          expect(tasks[0]?.end).toMatchObject({
            result: 'It is done.',
            model: 'scripted/gpt-scripted',
            agent_version: `OpenCode ${AGENT_PROGRAMS.opencode.version}`,
            usage: null,
          }),
      },
      {
        what: 'that asks for leave, and runs a command',
        model: () => working(() => bash('echo hello > made.txt; cat made.txt')),
        task: opencode(),
        outcome: 'completed',
        also: async (state, { events, workspace }) => {
          expect(answerOf(state)).toContain('hello');
          expect(existsSync(join(await workspace(), 'made.txt'))).toBe(true);
          expect((await events()).find(({ type }) => type === 'agent.tool_result')?.data).toMatchObject({
            is_error: false,
            exit_code: 0,
          });
        },
      },
      {
        what: 'that is denied a page of the web',
        model: () => working(() => useTool('webfetch', { url: 'http://127.0.0.1:1/', format: 'text' })),
        task: opencode({ on_denied: 'fail' }),
        outcome: 'permission_denied',
        says: 'WebFetch',
      },
      {
        what: 'that has not the model that is asked for',
        task: opencode({ model: 'scripted/other' }),
        outcome: 'model_not_found',
        says: 'scripted/gpt-scripted',
      },
      {
        what: 'whose key is refused',
        model: () => () => httpError(401, { error: { message: 'invalid api key' } }),
        task: opencode(),
        outcome: 'auth_failed',
      },
      {
        what: 'whose answer a filter refuses',
        model: () => () => say('', { stop_reason: 'refusal' }),
        task: opencode(),
        outcome: 'refused',
      },
      {
        what: 'that reaches its limit of output, which it does not report',
        model: () => () => say('one two', { stop_reason: 'max_tokens' }),
        task: opencode(),
        outcome: 'completed',
        also: (state) => expect(answerOf(state)).toBe('one two'),
      },
      {
        what: 'whose model is asked too often, and falls silent',
        model: () => () => httpError(429, { error: { message: 'try again' } }),
        settings: { silenceTimeout: 40 },
        task: opencode(),
        outcome: 'network',
        says: 'no sign of life',
      },
      {
        what: 'whose model answers HTML, and falls silent',
        model: () => () => raw('<!doctype html><p>sorry', 'text/html', 502),
        settings: { silenceTimeout: 40 },
        task: opencode(),
        outcome: 'network',
        says: 'no sign of life',
      },
      {
        what: 'that is cancelled while a command runs',
        model: () => working(() => bash('sleep 600')),
        task: opencode(),
        meanwhile: async (playing) => {
          await playing.first('agent.tool_use');
          await cancelled(playing);
        },
        outcome: 'cancelled',
      },
    ] as Scenario[]
  ).map((scenario) => ({ ...scenario, possible: hasOpenCode })),
};
