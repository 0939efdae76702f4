import { hostPattern, type ResultsView, type StatusView } from '@cc-executor/contracts';
import { aboutContainers, startStack, type Stack } from '@cc-executor/local-stack';
import {
  codexProgram,
  processIsAlive,
  say,
  startScriptedModel,
  useTool,
  waitFor,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connect } from './engine/connect.ts';
import { run } from './run.ts';
import { callApi, submitTo } from './sandbox/api.ts';
import { OUT, probesScript, PROXIED, SEARCHES, WAYS_OUT } from './sandbox/probes.ts';

// The whole stack as `npm start` runs it, with an engine: its commands run in containers.

const setup = inject('setup');
let folder: string;
let stack: Stack;
let env: Record<string, string | undefined>;
let model: ScriptedModel;
let site: Server;
let sitePort: string;
const asked: string[] = [];
const KEY = `sk-ant-api03-canary-${randomUUID()}`;
const OPENAI_KEY = `sk-proj-canary-${randomUUID()}`;
const PROBES = 'bash probes.sh > /tmp/probed 2>&1; cp /tmp/probed probed';

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'cc-sbx-')));
  model = await startScriptedModel({
    script: [
      { marker: 'Look around', turns: [useTool('Bash', { command: PROBES }), say('Looked.')] },
      {
        marker: 'Print',
        turns: [
          useTool('Bash', { command: '(env; cat "$CC_EXECUTOR_RESULT_1") > printed' }),
          say('Printed.'),
        ],
      },
      {
        marker: 'Fetch',
        turns: [useTool('Bash', { command: 'bash fetch.sh > fetched 2>&1' }), say('Fetched.')],
      },
      { marker: 'Ask', turns: [useTool('Write', { file_path: 'made.txt', content: 'made' }), say('Made.')] },
    ],
  });
  site = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('from the site\n');
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  sitePort = String((site.address() as AddressInfo).port);
  env = {
    PATH: process.env['PATH'],
    CC_EXECUTOR_SANDBOX_HOSTS: `localhost:${sitePort}, *, *:22, *:6379, *:8001`,
    CC_EXECUTOR_SANDBOX_PRIVATE_HOSTS: `localhost:${sitePort}`,
    HOME: join(folder, 'home'),
    SECRET_OF_THE_WORKER: 'not-for-tasks',
    ANTHROPIC_API_KEY: KEY,
    ANTHROPIC_BASE_URL: model.url,
    OPENAI_API_KEY: OPENAI_KEY,
    OPENAI_BASE_URL: `${model.url}/v1`,
    CC_EXECUTOR_CODEX: codexProgram(),
    CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
    CC_EXECUTOR_API_PORT: '0',
    CC_EXECUTOR_WS_PORT: '0',
    CC_EXECUTOR_ISOLATION: 'container',
    CC_EXECUTOR_MIN_ISOLATION: 'container',
    CC_EXECUTOR_ENGINE: new URL(setup.host).pathname,
    CC_EXECUTOR_SANDBOX_IMAGES: setup.baseImage,
    CC_EXECUTOR_BUILT_IN_HOOKS: 'workspace',
  };
  stack = await startStack({ env });
});

afterAll(async () => {
  await stack.stop();
  await model.close();
  site.closeAllConnections();
  site.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

const call = async (path: string, body?: unknown) => await callApi(stack.apiUrl, path, body);
const submit = async (body: unknown) => await submitTo(stack.apiUrl, body);
const workspace = (id: string) => join(folder, 'data/workspaces', id);
const status = async (id: string) => (await call(`/executions/${id}/status`)).body as unknown as StatusView;
const results = async (id: string) =>
  (await call(`/executions/${id}/results`)).body as unknown as ResultsView;
const file = async (id: string, name: string) =>
  await readFile(join(workspace(id), name), 'utf8').catch(() => null);

async function ended(id: string): Promise<ResultsView> {
  const over = async () => ['completed', 'failed', 'cancelled'].includes((await status(id)).status);
  await waitFor(over, { seconds: 120, what: `execution ${id} to end` });
  return await results(id);
}

/** What the engine says of each container of an execution. */
async function states(id: string): Promise<string[]> {
  const filters = { label: [`cc-executor.execution=${id}`] };
  return (await connect(setup.host).listContainers({ all: true, filters })).map(({ State }) => State);
}

async function containers(id: string): Promise<number> {
  return (await states(id)).length;
}

test('commands and their checks run in containers, one after the other in one workspace', async () => {
  const id = await submit({
    tasks: [
      {
        command: 'echo one > one; env; cat /proc/1/comm',
        checks: ['test -f one', 'test ! -e /proc/1/root/data'],
      },
      { command: 'cat one; exit 3' },
    ],
  });
  const { status: how, results: done } = await ended(id);
  expect(how).toBe('failed');
  expect(done).toMatchObject([
    { status: 'completed', checks: [{ outcome: 'completed' }, { outcome: 'completed' }] },
    { status: 'failed', exit_code: 3, outcome: 'nonzero_exit', stdout: 'one\n' },
  ]);
  expect(done[0]?.stdout).not.toMatch(/not-for-tasks|REDIS|CC_EXECUTOR_DATA_DIR/);
  expect(done[0]?.stdout).toContain('docker-init');
  await expect.poll(async () => await containers(id)).toBe(0);
});

test('a prompt runs in a container, with the model and without the credential', async () => {
  const { status: how, results: done } = await ended(await submit({ tasks: ['Ask the model to make it.'] }));
  expect(done).toMatchObject([{ outcome: 'completed', message: null, result: 'Made.' }]);
  expect(how).toBe('completed');
  expect(new Set(model.requests.map(({ headers }) => headers['x-api-key']))).toEqual(new Set([KEY]));
});

test('a task reaches the hosts that it names and no other, and its result says what was refused', async () => {
  // Of Node's own clients one asks for tunnels, the other for the page itself.
  const get = `cat > /tmp/get.mjs <<'END'
    import { get } from 'node:http';
    const [how, url] = process.argv.slice(2);
    if (how === 'tunnel') {
      console.log(await fetch(url).then((answer) => answer.text(), (error) => error.cause.message));
    } else get(url, (answer) => answer.pipe(process.stdout)).on('error', console.log);
END
export NO_PROXY= no_proxy=; get() { node /tmp/get.mjs "$@"; }`;
  const fetching = [
    get,
    `get plain http://localhost:${sitePort}/plain`,
    `get tunnel http://localhost:${sitePort}/tunnel`,
    'get plain http://localhost:22/; get tunnel http://example.com/',
    'ls /sys/class/net',
  ].join('\n');
  const network = [`localhost:${sitePort}`];
  const id = await submit({
    network,
    on_failure: 'continue',
    tasks: [
      {
        command: `cat > fetch.sh <<'DONE'\n${fetching}\nDONE\nbash fetch.sh 2>&1`,
        checks: [`${get}\nget plain http://localhost:${sitePort}/check | grep site`],
      },
      'Fetch it.',
      { command: 'bash fetch.sh 2>&1', network: 'none' },
      { command: 'exec sh -c "exit 7"' },
      { command: 'kill -TERM $$' },
    ],
  });
  const { results: done } = await ended(id);
  const refused = (host: string) => ({
    code: 'host_refused',
    message: `The task may not reach ${host}: "network" of its list does not name it.`,
  });
  const warnings = [refused('localhost:22'), refused('example.com:80')];
  expect(done).toMatchObject([
    { status: 'completed', warnings, checks: [{ outcome: 'completed' }] },
    { status: 'completed', warnings, result: 'Fetched.' },
    { exit_code: 0, warnings: [] },
    { exit_code: 7 },
    { exit_code: 143 },
  ]);
  const fetched = [done[0]?.stdout ?? '', (await file(id, 'fetched')) ?? ''];
  for (const text of fetched) {
    expect(text.match(/from the site/g)).toHaveLength(2);
    expect(text).toMatch(/The task may not reach localhost:22[^]*\nlo\n$/);
  }
  expect(done[2]?.stdout).not.toContain('from the site');
  expect(asked.splice(0).toSorted()).toEqual(['/check', '/plain', '/plain', '/tunnel', '/tunnel']);
  await expect.poll(async () => await containers(id)).toBe(0);
});

// Proves: no-credential-in-a-container
test('what an agent there can try finds no credential and no way out', async () => {
  expect(SEARCHES.length).toBeGreaterThanOrEqual(60);
  expect(WAYS_OUT.length).toBeGreaterThanOrEqual(40);
  const needle = KEY.split('canary-')[1] ?? '';
  const { hostname, port } = new URL(model.url);
  const id = await submit({
    // Each by its name: what keeps them away is where they are.
    network: PROXIED.filter((host) => hostPattern(host) !== null),
    tasks: [
      { command: 'touch begun; until [ -e probes.sh ]; do sleep 0.1; done' },
      { prompt: 'Look around.', timeout: 240, permission_mode: 'bypassPermissions' },
    ],
  });
  await waitFor(async () => (await file(id, 'begun')) !== null, { seconds: 60 });
  await writeFile(join(workspace(id), 'probes.sh'), probesScript({ needle, host: hostname, port }));
  const done = await ended(id);
  expect(done.results).toMatchObject([{}, { outcome: 'completed', message: null, result: 'Looked.' }]);
  const probed = (await file(id, 'probed')) ?? '';
  expect(probed).toMatch(/all tried\n$/);
  expect(probed).toContain('seen: ANTHROPIC_UNIX_SOCKET=');
  expect(probed).toContain('proxy: HTTP/1.1 403');
  expect(probed.split('\n').filter((line) => line.startsWith(OUT))).toEqual([]);
  for (const key of [needle, OPENAI_KEY.split('canary-')[1]]) expect(probed).not.toContain(key);
  const everything = await run(['grep', '-rlaI', needle, join(folder, 'data')]).catch(() => '');
  expect(everything).toBe('');
  const events = await (await fetch(`${stack.apiUrl}/executions/${id}/events`)).text();
  expect(events).toContain('task.container');
  expect(events).not.toContain(needle);
  expect(JSON.stringify(done)).not.toContain(needle);
}, 400_000);

test('a task has the results of earlier ones, and the variables that it names', async () => {
  const id = await submit({
    on_failure: 'continue',
    tasks: [
      { command: 'echo first' },
      { command: 'true' },
      { command: 'cat "$CC_EXECUTOR_RESULT_1" "$CC_EXECUTOR_RESULT_2"; echo x >> "$CC_EXECUTOR_RESULT_1"' },
      { prompt: 'Print it.', pass_env: ['SECRET_OF_THE_WORKER'] },
    ],
  });
  const { results: done } = await ended(id);
  expect(done).toMatchObject([
    { status: 'completed' },
    { status: 'completed' },
    { status: 'failed', stdout: 'first\n', stderr: expect.stringContaining('Read-only file system') },
    { status: 'completed', result: 'Printed.' },
  ]);
  const printed = (await file(id, 'printed')) ?? '';
  expect(printed).toContain('not-for-tasks');
  expect(printed).toContain('first');
  expect(printed).not.toContain(KEY);
});

test('the programs of the workspace come first there, before those of the image and without those of the worker', async () => {
  const make = `mkdir -p node_modules/.bin .venv/bin; touch .venv/pyvenv.cfg
    for path in node_modules/.bin/own .venv/bin/own2; do printf '#!/bin/sh\necho $0\n' > $path; chmod +x $path; done`;
  const { results: done } = await ended(
    await submit({ tasks: [{ command: make }, { command: 'echo "$PATH"; own; own2; node -p 1' }] }),
  );
  const path =
    (
      await run([
        'docker',
        '-H',
        setup.host,
        'image',
        'inspect',
        '--format',
        '{{.Config.Env}}',
        setup.baseImage,
      ])
    ).match(/PATH=([^ \]]+)/)?.[1] ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const cwd = done[1]?.stdout.split('/.venv')[0] ?? '';
  expect(done[1]?.stdout).toBe(
    `${cwd}/.venv/bin:${cwd}/node_modules/.bin:${path}\n${cwd}/node_modules/.bin/own\n${cwd}/.venv/bin/own2\n1\n`,
  );
});

test('what a container has is looked at for the doctor', async () => {
  const engine = {
    cgroup: expect.any(String),
    images: [expect.objectContaining({ name: setup.baseImage, there: true })],
  };
  expect(await aboutContainers(env)).toMatchObject({ engine, egress: true, seen: [] });
});

/** The files of this name in the copies in which tasks of an execution work. */
async function inCopies(name: string): Promise<string[]> {
  const copies = join(folder, 'data/launcher/shared/copies');
  const all = await readdir(copies, { recursive: true }).catch(() => []);
  return all.filter((path) => path.endsWith(`/${name}`)).map((path) => join(copies, path));
}

// Proves: parallel-in-copies
test('tasks that do not need one another run at the same time, each in a container and its own copy', async () => {
  const meet = (own: string) =>
    `cat base; echo ${own} > ${own}; touch under-way; until [ -e go ]; do sleep 0.05; done; rm under-way go`;
  const id = await submit({
    tasks: [
      { command: 'echo base > base' },
      { command: meet('left'), needs: [1] },
      { command: meet('right'), needs: [1] },
      { command: 'cat base left right; echo all > all', needs: [2, 3] },
      { command: 'cat all; echo more >> base', needs: [4] },
    ],
  });
  // Both run now: each waits for what only this test makes.
  const underWay = await waitFor(
    async () => {
      const found = await inCopies('under-way');
      return found.length === 2 && found;
    },
    { seconds: 120, what: 'both to be under way' },
  );
  expect((await states(id)).toSorted()).toEqual(['running', 'running']);
  for (const path of underWay) await writeFile(path.replace(/under-way$/, 'go'), '');
  const { status: how, results: done } = await ended(id);
  expect(done).toMatchObject([
    {},
    { stdout: 'base\n' },
    { stdout: 'base\n' },
    { status: 'completed', stdout: 'base\nleft\nright\n' },
    { status: 'completed', stdout: 'all\n' },
  ]);
  expect(how).toBe('completed');
  expect(await inCopies('left')).toEqual([]);
  await expect.poll(async () => await containers(id)).toBe(0);
});

test('tasks that only read share the workspace at the same time, and none of them can change it', async () => {
  const shared = true;
  const wait = 'until [ -e go ]; do sleep 0.05; done; cat base;';
  const id = await submit({
    on_failure: 'skip_dependents',
    tasks: [
      { command: 'echo base > base' },
      { command: `${wait} echo x > /workspace/base`, needs: [1], shared, checks: ['touch checked'] },
      { command: `${wait} rm base || touch /workspace/made || chmod 777 . || echo kept`, needs: [1], shared },
      { prompt: 'Ask the model to make it.', needs: [1], shared },
      { command: 'true', needs: [1], shared, checks: ['touch checked'] },
      { command: 'ls; echo after > base', needs: [3] },
    ],
  });
  await waitFor(async () => (await states(id)).join() === 'running,running' && (await file(id, 'base')), {
    seconds: 120,
    what: 'both that wait to run alone',
  });
  await writeFile(join(workspace(id), 'go'), '');
  const { results: done } = await ended(id);
  const readOnly = 'Its workspace is read-only, because the task is shared.';
  expect(done).toMatchObject([
    { status: 'completed' },
    { outcome: 'nonzero_exit', stdout: 'base\n', message: expect.stringContaining(readOnly) },
    { outcome: 'completed', stdout: 'base\nkept\n' },
    { outcome: 'completed', result: 'Made.' },
    { outcome: 'check_failed', checks: [{ outcome: 'nonzero_exit' }] },
    { outcome: 'completed', stdout: 'base\ngo\n' },
  ]);
  expect(done[1]?.stderr).toMatch(/read-only file system/i);
  expect(done[4]?.message).toContain(readOnly);
  expect(JSON.stringify(model.requests.at(-1))).toMatch(/EROFS|read-only/i);
  // What this test has written itself is all that has changed.
  for (const warning of done.flatMap(({ warnings }) => warnings))
    expect(warning?.message).toContain('1 file of the workspace changed, such as "go"');
  expect([await file(id, 'base'), await file(id, 'made')]).toEqual(['after\n', null]);
});

test('what fails there is tried again, in its own container', async () => {
  const command = 'test -e failed && test ! -e /tmp/failed || { touch failed /tmp/failed; exit 4; }';
  const id = await submit({ tasks: [{ command, retries: 1 }] });
  expect((await ended(id)).results).toMatchObject([{ status: 'completed', attempt: 2, exit_code: 0 }]);
  await expect.poll(async () => await containers(id)).toBe(0);
});

test('what is below the least is refused', async () => {
  const command = [{ command: 'true' }];
  expect(await call('/execute', { tasks: command, isolation: 'process' })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'isolation', message: expect.stringContaining('accepts "container" only') }] },
  });
});

test('an image that is not allowed is the outcome of the attempt', async () => {
  const { results: done } = await ended(await submit({ tasks: [{ command: 'true' }], image: 'debian:12' }));
  expect(done).toMatchObject([
    { outcome: 'spawn_failed', message: expect.stringContaining('is not allowed') },
  ]);
});

test('a task is timed out, paused and cancelled there, and nothing is left', async () => {
  const slow = await submit({ tasks: [{ command: "trap '' TERM; sleep 600", timeout: 1 }] });
  expect((await ended(slow)).results).toMatchObject([{ outcome: 'timed_out' }]);
  const id = await submit({ tasks: [{ command: 'while :; do date +%N > tick; sleep 0.05; done' }] });
  await waitFor(async () => (await file(id, 'tick')) !== null);
  await call(`/executions/${id}/pause`, {});
  await waitFor(async () => (await states(id)).includes('paused'), { seconds: 60, what: 'it to be frozen' });
  const before = await file(id, 'tick');
  await call(`/executions/${id}/resume`, {});
  await waitFor(async () => (await file(id, 'tick')) !== before, { seconds: 60, what: 'it to continue' });
  // Its processes continue a moment before the engine says so.
  await waitFor(async () => (await states(id)).join() === 'running', { seconds: 60, what: 'it to run' });
  await call(`/executions/${id}/cancel`, {});
  expect((await ended(id)).status).toBe('cancelled');
  await expect.poll(async () => await containers(id)).toBe(0);
  await expect.poll(async () => await containers(slow)).toBe(0);
});

test.each(['launcher', 'worker'])('an attempt is made again when the %s is killed', async (service) => {
  const id = await submit({
    tasks: [{ command: 'echo x >> starts; until [ -e go ]; do sleep 0.05; done; cat starts' }],
  });
  await waitFor(async () => (await file(id, 'starts')) === 'x\n', { seconds: 60 });
  const pid = stack.pids()[service] ?? 0;
  process.kill(pid, 'SIGKILL');
  await waitFor(() => !processIsAlive(pid));
  await waitFor(async () => (await file(id, 'starts')) === 'x\nx\n', { seconds: 120 });
  expect(await containers(id)).toBe(1);
  await writeFile(join(workspace(id), 'go'), '');
  expect((await ended(id)).results).toMatchObject([{ status: 'completed', stdout: 'x\nx\n', attempt: 2 }]);
  await expect.poll(async () => await containers(id)).toBe(0);
});
