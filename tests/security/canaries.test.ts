import type { ResultsView, StatusView } from '@cc-executor/contracts';
import { runningStack } from '@cc-executor/local-stack';
import { INSTALLATION_ROOT } from '@cc-executor/service-kit';
import {
  codexProgram,
  hang,
  processesWith,
  processIsAlive,
  say,
  startScriptedModel,
  turnOf,
  useTool,
  waitFor,
} from '@cc-executor/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// Started by hand, with a made-up value in every variable of a credential. What a task reads must show none of them.

const MARK = `canary-${randomBytes(4).toString('hex')}`;
const canary = () => `${MARK}-${randomBytes(12).toString('hex')}`;
const API_KEY = canary();
const CREDENTIALS: Readonly<Record<string, string>> = {
  CC_EXECUTOR_API_KEY: API_KEY,
  ANTHROPIC_API_KEY: canary(),
  CLAUDE_CODE_OAUTH_TOKEN: canary(),
  OPENAI_API_KEY: canary(),
  CODEX_API_KEY: canary(),
  ANTHROPIC_FOUNDRY_API_KEY: canary(),
  ANTHROPIC_AWS_API_KEY: canary(),
  AWS_ACCESS_KEY_ID: canary(),
  AWS_SECRET_ACCESS_KEY: canary(),
  AWS_SESSION_TOKEN: canary(),
  AZURE_CLIENT_SECRET: canary(),
  GOOGLE_APPLICATION_CREDENTIALS: canary(),
  GCP_PROJECT: canary(),
  GCLOUD_TOKEN: canary(),
  GITHUB_TOKEN: canary(),
  NPM_TOKEN: canary(),
  DB_PASSWORD: canary(),
  PGPASSWORD: canary(),
  DATABASE_URL: `postgres://me:${canary()}@db.example.com/one`,
};
/** Prints what it finds of the values, never the pattern itself. */
const LOOK = `{ env; cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null; } | tr '\\0' '\\n' | grep -aoE '${MARK}-[0-9a-f]{24}' | sort -u; echo looked`;

let folder: string;
let child: ChildProcess;
let url: string;
let model: Awaited<ReturnType<typeof startScriptedModel>>;
let output = '';

const call = async (path: string, body?: object) => {
  const response = await fetch(url + path, {
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  return await response.text();
};

async function start(tasks: unknown[]): Promise<string> {
  const { execution_id: id } = JSON.parse(await call('/execute', { tasks })) as { execution_id: string };
  return id;
}

async function run(tasks: unknown[]): Promise<ResultsView> {
  return await ended(await start(tasks));
}

async function ended(id: string): Promise<ResultsView> {
  await waitFor(
    async () => {
      const { status } = JSON.parse(await call(`/executions/${id}/status`)) as StatusView;
      return ['completed', 'failed', 'cancelled'].includes(status);
    },
    { seconds: 120, what: 'the execution to end' },
  );
  const results = await call(`/executions/${id}/results`);
  const told = [results, await call(`/executions/${id}/events`), await call(`/executions/${id}`)];
  expect(told.join('\n')).not.toMatch(new RegExp(`${MARK}-[0-9a-f]{24}`));
  return JSON.parse(results) as ResultsView;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-canaries-'));
  const hooks = join(folder, 'hooks');
  await mkdir(hooks);
  await writeFile(join(hooks, 'look'), `#!/bin/sh\n{ ${LOOK}; } > ${folder}/hook-saw\n`);
  await chmod(join(hooks, 'look'), 0o755);
  const entry = { command: './look' };
  await writeFile(join(hooks, 'hooks.json'), JSON.stringify({ hooks: { pre_task: [entry] } }));
  model = await startScriptedModel({
    script: (request) => {
      if (request.model === 'gpt-done') return say('Done.');
      if (request.model === 'gpt-canary')
        return turnOf(request) === 0 ? useTool('update_plan', { plan: [] }, 'I plan.') : hang();
      return turnOf(request) === 0
        ? useTool('Bash', { command: `{ ${LOOK}; } > ${folder}/agent-saw` })
        : say('Done.');
    },
  });
  const env = {
    PATH: String(process.env['PATH']),
    HOME: join(folder, 'home'),
    CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
    CC_EXECUTOR_API_PORT: '0',
    CC_EXECUTOR_WS_PORT: '0',
    CC_EXECUTOR_HOOKS_DIR: hooks,
    ANTHROPIC_BASE_URL: model.url,
    OPENAI_BASE_URL: `${model.url}/v1`,
    CC_EXECUTOR_CODEX: codexProgram(),
    LOG_LEVEL: 'trace',
    ...CREDENTIALS,
  };
  const main = join(INSTALLATION_ROOT, 'packages/local-stack/src/main.ts');
  child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += String(data)));
  url = await waitFor(
    async () => {
      if (child.exitCode !== null) throw new Error(output);
      return (await runningStack(env))?.api ?? null;
    },
    { seconds: 120, what: 'the stack to start' },
  );
});
afterAll(async () => {
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  await model.close();
  expect(processesWith(folder).filter(processIsAlive)).toEqual([]);
  await rm(folder, { recursive: true, maxRetries: 10 });
});

async function filesWith(texts: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const contents = await Promise.all(
    // What a service removes meanwhile is nowhere any more.
    files.map(async (file) => [file, await readFile(file, 'latin1').catch(nullWhereGone)] as const),
  );
  return contents
    .filter(([, text]) => text !== null && texts.some((one) => text.includes(one)))
    .map(([file]) => file);
}

function nullWhereGone(error: NodeJS.ErrnoException): null {
  if (error.code !== 'ENOENT') throw error;
  return null;
}

describe.runIf(process.platform === 'linux')('credentials in the environment of the start', () => {
  it('are found by no command, no check, no hook and no tool of an agent', async () => {
    const { results } = await run([
      { command: LOOK, checks: [`test "$(${LOOK})" = looked`] },
      'Look around.',
    ]);
    expect(results).toMatchObject([
      { status: 'completed', stdout: 'looked\n' },
      { status: 'completed', result: 'Done.' },
    ]);
    expect(await readFile(join(folder, 'hook-saw'), 'utf8')).toBe('looked\n');
    expect(await readFile(join(folder, 'agent-saw'), 'utf8')).toBe('looked\n');
    expect(model.requests[0]?.headers['x-api-key']).toBe(CREDENTIALS['ANTHROPIC_API_KEY']);
  });

  it('are not found by a command that runs beside Codex', async () => {
    const id = await start([{ prompt: 'Look around.', agent: 'codex', model: 'gpt-canary' }]);
    const ofCodex = () => model.requests.filter(({ body }) => body.model === 'gpt-canary');
    await waitFor(() => ofCodex().length > 1, {
      seconds: 120,
      what: 'Codex to be in the middle of its turn',
    });
    const { results } = await run([{ command: LOOK }]);
    expect(results).toMatchObject([{ status: 'completed', stdout: 'looked\n' }]);
    expect(ofCodex()[0]?.headers.authorization).toBe(`Bearer ${String(CREDENTIALS['CODEX_API_KEY'])}`);
    expect(processesWith(MARK)).toEqual([]);
    await call(`/executions/${id}/cancel`, {});
    await ended(id);
    // What Codex writes when it ends by itself is looked through below.
    const done = await run([{ prompt: 'Be done.', agent: 'codex', model: 'gpt-done' }]);
    expect(done.results).toMatchObject([{ status: 'completed', result: 'Done.' }]);
  });

  it('are in no file: not in what Redis keeps, nor in logs, histories, receipts and transcripts', async () => {
    expect(await filesWith(Object.values(CREDENTIALS))).toEqual([]);
    for (const value of Object.values(CREDENTIALS)) expect(output).not.toContain(value);
  });

  it('are in no environment of a process that runs', () => {
    expect(processesWith(MARK)).toEqual([]);
  });
});
