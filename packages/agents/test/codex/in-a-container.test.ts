import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codexAgent, LocalLauncher, type AgentTask, type LaunchedProcess } from '../../src/index.ts';

// What runs in a container is foreign to the worker, also what it writes as its agent.

const AGENT = join(import.meta.dirname, '../fixtures/foreign-codex.ts');
const BOX = { executionId: 'an-execution', task: 1, attempt: 1, generation: 1, image: null, folders: [] };
const SLOW_SCHEMA = { type: 'string', pattern: '^(a+)+$' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-codex-box-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, maxRetries: 10, force: true });
});

/** Starts an attempt in what takes the place of a container: another process, whose end is reported by `left`. */
async function start(what: string, options: AgentTask['options'] = {}) {
  const cwd = await mkdtemp(join(folder, 'workspace-'));
  await mkdir(join(cwd, 'home'));
  const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, TMPDIR: cwd };
  const inside: LaunchedProcess[] = [];
  const agent = codexAgent({
    launch: new LocalLauncher().launch,
    env,
    executable: () => process.execPath,
    homes: join(cwd, 'homes'),
    requestTimeoutMs: 60_000,
    network: false,
    graceMs: 2000,
    boxed: {
      launch: (spec) => {
        const child = new LocalLauncher().launch({ ...spec, box: null });
        inside.push(child);
        return child;
      },
      env,
      url: 'http://127.0.0.1:9',
      open: async () =>
        await Promise.resolve({
          token: 'made-up',
          socket: '/nowhere',
          close: async () => await Promise.resolve(),
        }),
      place: async () =>
        await Promise.resolve({ command: [process.execPath, AGENT, what], home: join(cwd, 'home') }),
    },
  });
  const nothing = () => undefined;
  const sink = { given: nothing, alive: nothing, output: nothing, message: nothing, event: nothing };
  const task = { executionId: 'an-execution', task: 1, attempt: 1, variables: {}, session: null };
  const run = agent.start({ ...task, text: 'Do it.', options, cwd, box: BOX }, sink);
  return { run, ended: run.ended, left: async () => await Promise.all(inside.map(({ exited }) => exited)) };
}

const says = (text: string) => expect.stringContaining(text) as string;

describe('Codex in a container', () => {
  it('answers', async () => {
    const { ended, left } = await start('answer');
    expect(await ended).toMatchObject({ outcome: 'completed', result: 'Done.', agent_version: '0.171.0' });
    expect(await left()).toHaveLength(1);
  });

  it.each(['not-a-text', 'not-an-id'])('that writes %s answers as if it had not', async (what) => {
    const { ended, left } = await start(what);
    expect(await ended).toMatchObject({ outcome: 'completed', result: 'Done.' });
    expect(await left()).toHaveLength(1);
  });

  it('that writes a line without end loses its attempt and nothing else', async () => {
    const { ended, left } = await start('endless-line');
    expect(await ended).toMatchObject({ outcome: 'agent_error', message: says('a line of more than') });
    expect(await left()).toHaveLength(1);
  });

  it('that answers what takes long to check has no valid output', async () => {
    const { ended } = await start('slow-answer', { json_schema: SLOW_SCHEMA });
    expect(await ended).toMatchObject({ outcome: 'invalid_output', message: says('more than 10 seconds') });
  });
});
