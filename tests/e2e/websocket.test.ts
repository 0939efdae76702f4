import { CONTAINERS, freePort, waitFor } from '@cc-executor/testkit';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openSocket, type SocketClient } from './socket-client.ts';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
let extraPort = 0;
const clients: SocketClient[] = [];
beforeAll(async () => {
  extraPort = await freePort();
  under = await startStackUnderTest({ CC_EXECUTOR_EXTRA_WS_PORT: String(extraPort) });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.socket.terminate();
});
afterAll(async () => under.stop());

async function open(): Promise<SocketClient> {
  const client = await openSocket(under.stack.wsUrl);
  clients.push(client);
  return client;
}
const numbers = (text: string) => text.split('\n').filter(Boolean).map(Number);
const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);
const gone = async ({ execution_id, pid }: Started) =>
  await waitFor(() => under.alive(execution_id, [pid]).length === 0, {
    what: `the processes of ${execution_id} to be gone`,
  });
const isAlive = ({ execution_id, pid }: Started) => under.alive(execution_id, [pid]).length > 0;
/** What a command waits for that is to end when the test wants it to. */
const UNTIL_GO = 'until [ -e go ]; do sleep 0.02; done';
const letGo = async (id: string) => await under.put(id, 'go');

interface Started {
  execution_id: string;
  /** As its process sees it. */
  pid: number;
}

/** Starts a command that prints a pid first, in the foreground. */
async function start(client: SocketClient, command: string): Promise<Started> {
  const { execution_id } = await client.call('execute', { command });
  await client.next('process.output', ({ data }) => /^\d+\n/.test(data));
  return { execution_id, pid: Number.parseInt(client.text) };
}

describe('a further port', () => {
  it('answers as the first one', async () => {
    const health = await fetch(`http://127.0.0.1:${String(extraPort)}/healthz`);
    expect(health.status).toBe(200);
    const client = await openSocket(`ws://127.0.0.1:${String(extraPort)}`);
    clients.push(client);
    await client.call('execute', { command: 'echo there' });
    expect(await client.next('process.completed')).toMatchObject({ status: 'completed' });
    expect(client.text).toBe('there\n');
  });
});

describe('execute', () => {
  it('reports a process: started, its streams apart, completed', async () => {
    const client = await open();
    const completed = await client.run('echo hi; echo err >&2; exit 3');
    expect(client.told.map(({ method }) => method)).toEqual([
      'process.started',
      'process.output',
      'process.output',
      'process.completed',
    ]);
    const id = completed.execution_id;
    // Of a container there is no pid: it is null.
    const [started] = client.all('process.started');
    const kind = CONTAINERS ? 'object' : 'number';
    expect([typeof started?.pid, typeof started?.pgid]).toEqual([kind, kind]);
    expect([client.text, client.bytes('stderr').toString()]).toEqual(['hi\n', 'err\n']);
    expect(completed).toMatchObject({ status: 'failed', exit_code: 3, signal: null });
    const seqs = client.told.map(({ params }) => ('seq' in params ? params.seq : 0));
    expect(seqs.toSorted((a, b) => a - b)).toEqual(seqs);
    expect(client.told.every(({ params }) => 'execution_id' in params && params.execution_id === id)).toBe(
      true,
    );
  });

  // Proves: one-in-the-foreground
  it('runs one in the foreground, and is free again at its end', async () => {
    const client = await open();
    const first = await start(client, 'echo $$; sleep 600');
    expect((await client.ask('execute', { command: 'echo two' })).error).toMatchObject({
      code: -32005,
      data: { code: 'BUSY' },
    });
    expect(await client.call('status')).toMatchObject({ status: 'busy', execution_id: first.execution_id });
    expect(isAlive(first)).toBe(true);
    const { execution_id } = await client.call('execute', { command: 'echo beside', detach: true });
    await client.next('process.completed', (params) => params.execution_id === execution_id);
    expect(await client.call('control', { type: 'CANCEL' })).toMatchObject({ status: 'cancelling' });
    await client.next('process.completed', ({ status }) => status === 'cancelled');
    expect(await client.run('echo three')).toMatchObject({ status: 'completed', exit_code: 0 });
    expect(await client.call('status')).toMatchObject({ status: 'idle', execution_id: null });
  });

  it('does not wait for what a command leaves in the background', async () => {
    const client = await open();
    expect((await client.run('sleep 600 & echo hi')).execution_time).toBeLessThan(60);
    expect(client.text).toBe('hi\n');
  });

  it('runs lists and what is detached beyond the end of the socket', async () => {
    const client = await open();
    const list = await client.call('execute', {
      tasks: [{ command: 'echo a' }, { command: `${UNTIL_GO}; echo b` }],
    });
    const one = await client.call('execute', { command: `${UNTIL_GO}; echo c`, detach: true });
    for (const { execution_id } of [list, one])
      await waitFor(async () => (await under.status(execution_id)).status === 'running');
    client.socket.close();
    await waitFor(() => client.socket.readyState === client.socket.CLOSED);
    for (const { execution_id } of [list, one]) {
      await letGo(execution_id);
      expect(await under.ended(execution_id)).toMatchObject({ status: 'completed' });
    }
  });

  it('names what is wrong', async () => {
    const client = await open();
    const codes = async (params: object) => (await client.ask('execute', params)).error?.code;
    expect(await codes({})).toBe(-32602);
    expect(await codes({ command: 'a', prompt: 'b' })).toBe(-32602);
    expect(await codes({ command: 'true', timeout: -1 })).toBe(-32602);
    expect((await client.ask('control', { type: 'CANCEL' })).error?.code).toBe(-32002);
    expect((await client.ask('attach', { session_id: 'nobody' })).error?.code).toBe(-32002);
    expect(await client.call('hook_status')).toMatchObject({ enabled: false, hooks_configured: [] });
  });
});

describe('control', () => {
  // Proves: pause-and-resume
  it('pauses and resumes without losing or doubling a line', async () => {
    const client = await open();
    const counting = 'i=0; until [ -e go ]; do i=$((i+1)); echo $i; sleep 0.02; done';
    const { execution_id } = await client.call('execute', { command: counting });
    await client.next('process.output', ({ data }) => data.includes('5'));
    const { pid } = await client.next('process.started');
    const pids = pid === null ? [] : [pid];
    expect(await client.call('control', { type: 'PAUSE' })).toMatchObject({ status: 'paused' });
    await client.next('process.paused');
    await waitFor(async () => await under.standsStill(execution_id, pids), { what: 'it to stand still' });
    const before = numbers(client.text).length;
    await client.call('control', { type: 'RESUME' });
    await client.next('process.resumed');
    await waitFor(() => numbers(client.text).length > before + 5, { what: 'it to go on' });
    await letGo(execution_id);
    expect(await client.next('process.completed')).toMatchObject({ status: 'completed', exit_code: 0 });
    expect(numbers(client.text)).toEqual(upTo(numbers(client.text).length));
  });

  it('cancels what ignores SIGTERM, and what is paused', async () => {
    const client = await open();
    const stubborn = await start(client, "trap '' TERM; echo $$; while :; do sleep 1; done");
    await client.call('control', { type: 'CANCEL' });
    await client.next('process.canceled');
    const ended = await client.next('process.completed');
    expect([ended.status, isAlive(stubborn)]).toEqual(['cancelled', false]);

    client.told.length = 0;
    const paused = await start(client, 'echo $$; sleep 600');
    await client.call('control', { type: 'PAUSE' });
    await client.call('control', { type: 'CANCEL', execution_id: paused.execution_id });
    await client.next('process.completed', ({ status }) => status === 'cancelled');
    expect(isAlive(paused)).toBe(false);
  });
});

describe('the end of a socket', () => {
  // Proves: foreground-follows-its-socket
  it('ends the foreground process when its client closes it', async () => {
    const client = await open();
    const started = await start(client, 'echo $$; sleep 600 & sleep 600');
    client.socket.close(1000);
    await gone(started);
    expect(await under.ended(started.execution_id)).toMatchObject({ status: 'cancelled' });
  });

  it('that closes in the middle of much output is not much of a story in the logs', async () => {
    const logs = join(under.folder, 'data/logs');
    const lines = async () => {
      const files = (await readdir(logs)).filter((name) => name.endsWith('.log'));
      const texts = await Promise.all(files.map((name) => readFile(join(logs, name), 'utf8')));
      return texts.join('').split('\n').length;
    };
    const client = await open();
    const before = await lines();
    const started = await start(client, 'echo $$; yes');
    await waitFor(() => client.text.length > 2_000_000);
    client.socket.close(1000);
    await gone(started);
    await under.ended(started.execution_id);
    expect((await lines()) - before).toBeLessThan(20);
  });

  it('leaves it running when it was lost, for a client that comes back', async () => {
    const lost = await open();
    const session_id = lost.all('connected')[0]?.session_id;
    const started = await start(lost, `echo $$; ${UNTIL_GO}; echo after`);
    const { execution_id, pid } = started;
    lost.socket.terminate();
    const back = await open();
    expect(await back.call('attach', { session_id, after: 0 })).toMatchObject({ execution_id });
    expect(isAlive(started)).toBe(true);
    await letGo(execution_id);
    expect(await back.next('process.completed')).toMatchObject({ status: 'completed', exit_code: 0 });
    expect(back.text).toBe(`${String(pid)}\nafter\n`);
  });

  // Proves: foreground-follows-its-socket
  it('ends nothing when it is the gateway that goes', async () => {
    const client = await open();
    const started = await start(client, `echo $$; ${UNTIL_GO}; echo done`);
    const { gateway = 0 } = under.stack.pids();
    process.kill(gateway, 'SIGKILL');
    await waitFor(() => client.socket.readyState === client.socket.CLOSED);
    expect(isAlive(started)).toBe(true);
    await letGo(started.execution_id);
    expect(await under.ended(started.execution_id)).toMatchObject({ status: 'completed' });
    await waitFor(
      async () => (await fetch(`${under.stack.wsUrl.replace('ws', 'http')}/health`).catch(() => null))?.ok,
    );
  });
});
