import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ScenarioGroup } from '../scenario.ts';
import { answerOf, fake } from './acp.ts';

/** What an agent may do, and what its client does for it. */
export const acpLeave: ScenarioGroup = {
  title: 'Agent Client Protocol: what is allowed',
  scenarios: [
    {
      what: 'an agent that may edit in the workspace, and nowhere else',
      task: fake({
        steps: [
          { ask: { kind: 'edit', path: 'a.txt' } },
          { ask: { kind: 'edit', path: '/etc/passwd' } },
          { ask: { kind: 'delete' } },
          { ask: { kind: 'execute', title: 'rm -rf x' } },
          { ask: { kind: 'fetch', title: 'http://x' } },
          { ask: { kind: 'read', path: '/etc/hostname' } },
        ],
      }),
      outcome: 'completed',
      also: async ({ tasks }, { events }) => {
        const said = (await events())
          .filter(({ type }) => type === 'agent.text')
          .map(({ data }) => data['text']);
        expect(said).toEqual([
          'allow_once',
          'reject_once',
          'reject_once',
          'allow_once',
          'reject_once',
          'allow_once',
        ]);
        expect(tasks[0]?.end?.denials).toEqual([
          { tool: 'Edit', what: '/etc/passwd' },
          { tool: 'delete', what: '{}' },
          { tool: 'WebFetch', what: '{}' },
        ]);
      },
    },
    {
      what: 'an agent that is denied something, where that fails the task',
      task: fake({ steps: [{ ask: { kind: 'fetch', path: '/x' } }] }, { on_denied: 'fail' }),
      outcome: 'permission_denied',
      says: 'WebFetch',
    },
    {
      what: 'an agent that gives no way to deny once',
      task: fake({ steps: [{ ask: { kind: 'fetch', options: ['allow_always'] } }] }),
      outcome: 'completed',
      also: (state) => expect(answerOf(state)).toBe('cancelled'),
    },
    {
      what: 'an agent that only plans',
      task: fake(
        {
          session: {
            modes: {
              currentModeId: 'code',
              availableModes: [
                { id: 'code', name: 'Code' },
                { id: 'read-only', name: 'Look' },
              ],
            },
          },
          steps: [
            { ask: { kind: 'edit', path: 'a.txt' } },
            { write: { path: 'a.txt', content: 'x' } },
            { say: 'HEARD' },
          ],
        },
        { permission_mode: 'plan' },
      ),
      outcome: 'completed',
      also: async (state, { events, workspace }) => {
        const said = JSON.stringify(await events());
        expect(said).toContain('mode read-only');
        expect(said).toContain('reject_once');
        expect(existsSync(join(await workspace(), 'a.txt'))).toBe(false);
        expect(state.tasks[0]?.end?.denials).toHaveLength(1);
      },
    },
    {
      what: 'an agent that cannot only plan',
      task: fake({}, { permission_mode: 'plan' }),
      outcome: 'agent_error',
      says: 'no mode in which it only plans',
    },
    {
      what: 'an agent that reads and writes files through its client',
      task: fake({
        steps: [
          { write: { path: 'deep/a.txt', content: 'one\ntwo\nthree' } },
          { read: { path: 'deep/a.txt', line: 2, limit: 1 } },
        ],
      }),
      outcome: 'completed',
      also: async (state, { workspace }) => {
        expect(answerOf(state)).toContain('two');
        expect(readFileSync(join(await workspace(), 'deep/a.txt'), 'utf8')).toBe('one\ntwo\nthree');
      },
    },
    {
      what: 'an agent that would leave the workspace through its client',
      before: async ({ workspace, home }) => {
        const folder = await workspace();
        mkdirSync(join(home, 'other'));
        writeFileSync(join(home, 'other/secret'), 'secret');
        symlinkSync(join(home, 'other'), join(folder, 'way'));
      },
      task: fake({
        steps: [
          { read: { path: '/etc/hostname' } },
          { read: { path: 'way/secret' } },
          { write: { path: 'way/new', content: 'x' } },
          { write: { path: '../../new', content: 'x' } },
          { run: { command: 'true', cwd: '/' } },
        ],
      }),
      outcome: 'completed',
      also: async (_, { events, home }) => {
        const said = (await events()).find(({ type }) => type === 'agent.text')?.data['text'];
        expect(String(said).match(/refused: /g)).toHaveLength(5);
        expect(existsSync(join(home, 'other/new'))).toBe(false);
      },
    },
    {
      what: 'an agent that runs commands through its client',
      task: fake({
        steps: [
          { run: { command: 'sh', args: ['-c', 'echo out; echo err >&2; exit 3'] } },
          { run: { command: 'sleep', args: ['600'], kill: true } },
          { run: { command: 'no-such-program' } },
          { run: { command: 'sh', args: ['-c', 'printf %s 0123456789'], outputByteLimit: 4 } },
        ],
      }),
      outcome: 'completed',
      also: (state) => {
        const said = answerOf(state);
        expect(said).toContain('"exitCode":3');
        expect(said).toContain('"signal":"SIGKILL"');
        expect(said).toContain('"exitCode":127');
        expect(said).toContain('"output":"6789","truncated":true');
      },
    },
    {
      what: 'an agent that asks for what its client cannot do',
      task: fake({
        steps: [{ request: { method: 'elicitation/create', params: { message: 'Which one?' } } }],
      }),
      outcome: 'completed',
      also: (state) => expect(answerOf(state)).toContain('refused'),
    },
    {
      what: 'an agent that gets MCP servers',
      task: fake(
        { steps: [{ ask: { kind: 'other', title: 'docs_search' } }, { say: 'HEARD' }] },
        { mcp_servers: { docs: { command: 'sh', args: ['-c', 'x'], env: { A: 'b' } } } },
      ),
      outcome: 'completed',
      also: (state) => {
        expect(answerOf(state)).toContain('"name":"docs"');
        expect(answerOf(state)).toContain('{"name":"A","value":"b"}');
        expect(answerOf(state)).toContain('allow_once');
      },
    },
    {
      what: 'an agent that cannot use servers over HTTP',
      task: fake({}, { mcp_servers: { docs: { type: 'http', url: 'http://127.0.0.1:1/mcp' } } }),
      outcome: 'mcp_failed',
      says: 'docs',
      knowsVersion: true,
    },
    {
      what: 'an agent that gets no secret of the worker',
      env: { SECRET_TOKEN: 'x', PASSED: 'y' },
      task: fake({ steps: [{ say: 'ENV' }] }, { pass_env: ['PASSED'], env: { OWN: 'z' } }),
      outcome: 'completed',
      also: (state) => {
        expect(answerOf(state)).not.toMatch(/SECRET_TOKEN|ANTHROPIC_API_KEY|OPENAI_API_KEY|DESCRIPTOR/);
        expect(answerOf(state)).toMatch(/\bOWN\b.*\bPASSED\b/);
      },
    },
  ],
};
