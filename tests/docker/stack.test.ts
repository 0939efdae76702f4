import { chown, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { waitFor, type ScriptedModel } from '@cc-executor/testkit';
import { GROUP_ID, USER_ID } from './stack/compose.ts';
import { curl } from './stack/curl.ts';
import { Execution } from './stack/execution.ts';
import { inside } from './stack/inside.ts';
import { PROMPT, startModelFor, WRITTEN } from './stack/model.ts';
import { redisAnswers } from './stack/redis-answers.ts';
import { LOGIN } from './stack/login.ts';
import { Stack, type Service } from './stack/stack.ts';

const SERVICES = ['api', 'gateway', 'worker'] as const;
const API_KEY = 'sk-made-up-for-this-test';

let stack: Stack;
let model: ScriptedModel | undefined;

async function redisConfig(key: string): Promise<string> {
  const cli = ['redis-cli', '--no-auth-warning', '--user', 'health', '--pass', 'none'];
  const { output } = await inside(stack, 'redis', [...cli, 'config', 'get', key]);
  return output.trim().split('\n').at(-1) ?? '';
}

beforeAll(async () => {
  stack = await Stack.create(inject('setup'), { ANTHROPIC_API_KEY: API_KEY });
  model = await startModelFor(stack);
  await stack.up({ ANTHROPIC_BASE_URL: model.url });
});

afterAll(async () => {
  await model?.close();
  await stack.down();
});

/** How a private key begins. */
const KEY = '^-----BEGIN PRIVATE KEY-----';

describe('docker compose up', () => {
  test('serves the API and the gateway on loopback only', async () => {
    for (const port of [stack.apiPort, stack.wsPort]) {
      const health = await curl(`http://127.0.0.1:${String(port)}/health`);
      expect(health).toMatchObject({ status: 200, body: { status: 'healthy' } });
    }
    for (const service of SERVICES) {
      const { NetworkSettings } = await stack.container(service);
      const published = Object.values(NetworkSettings.Ports).flatMap((ports) => ports ?? []);
      expect(published.map(({ HostIp }) => HostIp)).toEqual(service === 'worker' ? [] : ['127.0.0.1']);
    }
  });

  test('runs commands that curl posts, and streams them over a WebSocket', async () => {
    const execution = await Execution.post(stack, {
      tasks: [
        { command: 'echo one' },
        { command: 'echo two; echo err >&2; exit 3' },
        { command: 'id -u > made' },
      ],
      on_failure: 'continue',
    });
    const last = await execution.follower.untilEnd();
    const { events } = execution.follower;
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
    expect(events.at(-1)?.type).toBe('execution.failed');

    const { results } = await execution.results();
    expect(results).toMatchObject([
      { status: 'completed', exit_code: 0, stdout: 'one\n', stderr: '' },
      { status: 'failed', exit_code: 3, stdout: 'two\n', stderr: 'err\n' },
      { status: 'completed', exit_code: 0 },
    ]);
    const made = join(execution.workspace, 'made');
    expect(await readFile(made, 'utf8')).toBe(`${String(USER_ID)}\n`);
    expect(await stat(made)).toMatchObject({ uid: USER_ID, gid: GROUP_ID });
  });
});

test('a prompt runs the real agent in the worker, as the ordinary user', async () => {
  const execution = await Execution.post(stack, { tasks: [PROMPT] });
  await execution.follower.untilEnd();
  const { status, results } = await execution.results();
  expect({ status, results }).toMatchObject({ status: 'completed', results: [{ result: 'Written down.' }] });
  expect(await readFile(join(execution.workspace, WRITTEN), 'utf8')).toBe(`${String(USER_ID)}\n`);
  expect(model?.requests[0]?.headers['x-api-key']).toBe(API_KEY);
});

describe('the containers', () => {
  // Proves: containers-are-ordinary-users
  test.each(SERVICES)('%s: every process is the ordinary user, below an init', async (service) => {
    const { Id } = await stack.container(service);
    const { Titles, Processes } = await stack.docker.getContainer(Id).top({ ps_args: '-eo pid,uid,comm' });
    expect(Titles).toEqual(['PID', 'UID', 'COMMAND']);
    expect(new Set((Processes as string[][]).map(([, uid]) => uid))).toEqual(new Set([String(USER_ID)]));
    expect((await inside(stack, service, ['cat', '/proc/1/comm'])).output).toMatch(/init|tini/);
    expect(Processes.length).toBeGreaterThan(1);
  });

  // Proves: containers-are-ordinary-users
  test.each([...SERVICES, 'redis'] as const)('%s: no process has or can get a privilege', async (service) => {
    const { output } = await inside(stack, service, ['cat', '/proc/1/status']);
    expect(output).toMatch(/^CapBnd:\t0+$/m);
    expect(output).toMatch(/^NoNewPrivs:\t1$/m);
  });

  test('only "login" sees the folder of the user, and with a key no task gets the login', async () => {
    const folder = join(stack.home, '.claude');
    expect(await stat(folder)).toMatchObject({ uid: USER_ID, gid: GROUP_ID });
    for (const name of ['seen-by-login', '.credentials.json']) {
      await writeFile(join(folder, name), LOGIN);
      await chown(join(folder, name), USER_ID, GROUP_ID);
    }
    const find = ['find', '/', '-xdev', '-not', '-path', '/proc/*', '-name'];
    const mounts = {
      api: ['/access', '/data', '/keys', '/signing', '/workspaces'],
      gateway: ['/access', '/data', '/workspaces'],
      worker: ['/access', '/data', '/home/cc-executor/.claude', '/signing', '/workspaces'],
      login: ['/home/cc-executor/.claude', '/host/.claude'],
    };
    for (const [service, expected] of Object.entries(mounts) as [Service, string[]][]) {
      const { Mounts } = await stack.container(service);
      expect({ service, at: Mounts.map(({ Destination }) => Destination).toSorted() }).toEqual({
        service,
        at: expected,
      });
      if (service === 'login') continue;
      expect((await inside(stack, service, [...find, 'seen-by-login'])).output).not.toContain(
        'seen-by-login',
      );
    }
    // A restart looks at it at once.
    await stack.compose(['restart', 'login']);
    await stack.healthy('login');
    expect((await inside(stack, 'worker', ['ls', '-A', '/home/cc-executor/.claude'])).output).toBe('');
  });

  test('have limits of memory, processes and logs', async () => {
    for (const service of [...SERVICES, 'redis', 'login', 'prepare'] as const) {
      const { HostConfig } = await stack.container(service);
      expect(HostConfig.Memory).toBeGreaterThan(0);
      expect(HostConfig.PidsLimit).toBeGreaterThan(0);
      expect({ service, ...HostConfig }).toMatchObject({
        service,
        Ulimits: [{ Name: 'core', Soft: 0, Hard: 0 }],
        LogConfig: { Config: { 'max-size': '10m', 'max-file': '3' } },
      });
    }
  });

  test('only the API has the key that signs, and what workers have run is signed with it', async () => {
    const holdsKey = [
      'grep',
      '-rlsI',
      '--exclude-dir=app',
      '--exclude-dir=proc',
      '--exclude-dir=sys',
      KEY,
      '/',
    ];
    expect((await inside(stack, 'api', holdsKey)).output).toMatch(/^\/keys\/\S+\n$/);
    expect((await inside(stack, 'worker', holdsKey)).output).toBe('');
    const execution = await Execution.post(stack, { tasks: [{ command: 'echo signed' }] });
    await execution.follower.untilEnd();
    const url = `http://127.0.0.1:${String(stack.apiPort)}/executions/${execution.id}/verification`;
    const { body } = await curl(url);
    expect(body).toMatchObject({ verdict: 'verified', signed_by: expect.stringContaining('SHA256:') });
  });

  // Where no task runs, "login" only looks whether one is set.
  test('only the worker gets credentials, and "login"', async () => {
    const withKey: string[] = [];
    for (const service of [...SERVICES, 'redis', 'prepare', 'login'] as const) {
      const { Config } = await stack.container(service);
      if (Config.Env.some((entry) => entry.includes(API_KEY))) withKey.push(service);
    }
    expect(withKey).toEqual(['worker', 'login']);
  });

  // Proves: credential-to-the-agent-alone
  test('a task finds the credential of the worker in no process', async () => {
    const script = [
      "pids=$(grep -lsE 'cc-executor-(wor|gua)' /proc/[0-9]*/comm | grep -o '[0-9]*')",
      'for pid in 1 $pids; do',
      '  for file in environ mem auxv; do (: < /proc/$pid/$file) && echo "opened $file of $pid"; done',
      '  ls /proc/$pid/fd && echo "listed the descriptors of $pid"',
      'done',
      'kill -USR1 $pids',
      // Until a health check came and went. What it looks for is not to be found in its own command line.
      'is=0; was=0; until [ $was = 1 ] && [ $is = 0 ]; do',
      '  was=$is',
      '  cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline | tr "\\0" "\\n" > looked',
      '  grep -o "sk-mad[e]-[a-z-]*" looked',
      '  if grep -q "healthcheck/mai[n]" looked; then is=1; else is=0; fi',
      'done',
      'curl -s http://127.0.0.1:9229/json && echo "reached a debugger"',
      'echo $pids | wc -w',
    ].join('\n');
    const command = `cat > look.sh <<'END'\n${script}\nEND\nsh look.sh 2>/dev/null`;
    const execution = await Execution.post(stack, { tasks: [{ command }] });
    await waitFor(() => execution.follower.end, { seconds: 240, what: 'a health check' });
    const { results } = await execution.results();
    // The worker and its guardian, and nothing else.
    expect(results).toMatchObject([{ exit_code: 0, stdout: '2\n' }]);
    await stack.healthy('worker');
  });

  test('api and gateway can write nowhere but in the shared folders', async () => {
    for (const service of ['api', 'gateway'] as const) {
      expect((await inside(stack, service, ['touch', '/app/x'])).code).not.toBe(0);
      expect((await inside(stack, service, ['touch', '/data/probe'])).code).toBe(0);
    }
  });

  test('the workspaces folder on this machine belongs to the user', async () => {
    expect(await stat(stack.workspaces)).toMatchObject({ uid: USER_ID, gid: GROUP_ID });
    expect((await readdir(stack.workspaces)).length).toBeGreaterThan(0);
  });
});

describe('redis', () => {
  // Proves: synced-at-every-write
  test('writes everything to its volume before it answers, and throws nothing away', async () => {
    expect(await redisConfig('appendonly')).toBe('yes');
    expect(await redisConfig('appendfsync')).toBe('always');
    expect(await redisConfig('maxmemory-policy')).toBe('noeviction');
  });

  test('is out of reach from this machine, until the override publishes it', async () => {
    const { NetworkSettings } = await stack.container('redis');
    const addresses = Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
    expect(addresses).toHaveLength(1);
    for (const address of addresses) expect(await redisAnswers(address, 6379)).toBe(false);
    expect(await redisAnswers('127.0.0.1', stack.redisPort)).toBe(false);

    await stack.compose(['up', '-d', '--no-deps', 'redis'], ['docker-compose.redis-port.yml']);
    await stack.healthy('redis');
    expect(await redisAnswers('127.0.0.1', stack.redisPort)).toBe(true);
  });
});

test('a key that is set is asked for', async () => {
  await stack.recreate('api', { CC_EXECUTOR_API_KEY: 'made-up-key' });
  const url = `http://127.0.0.1:${String(stack.apiPort)}/executions`;
  expect(await curl(url)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
});
