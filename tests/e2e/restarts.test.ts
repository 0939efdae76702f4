import { processIsAlive, waitFor } from '@cc-executor/testkit';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type Event, type StackUnderTest } from './stack-under-test.ts';

let under: StackUnderTest;
beforeAll(async () => {
  under = await startStackUnderTest();
});
afterAll(async () => under.stop());

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);
const pidOf = (name: string) => under.stack.pids()[name] ?? 0;

/** Ends a service and waits until another process of it runs. */
async function restart(name: string, signal: NodeJS.Signals): Promise<void> {
  const before = pidOf(name);
  process.kill(before, signal);
  await waitFor(() => pidOf(name) !== before && pidOf(name) > 0 && processIsAlive(pidOf(name)), {
    what: `${name} to run again`,
  });
}

/** Appends its number, then waits until the test lets it go on. */
const step = (n: number) => ({
  command: `echo ${String(n)} >> ran; until [ -e go-${String(n)} ]; do sleep 0.02; done`,
});

async function ran(id: string, count: number): Promise<string[]> {
  return await waitFor(async () => {
    const text = await readFile(join(under.workspace(id), 'ran'), 'utf8').catch(() => '');
    const lines = text.split('\n').filter(Boolean);
    return lines.length >= count ? lines : null;
  });
}

const letGo = async (id: string, n: number) => await under.letGo(id, `go-${String(n)}`);

describe('a worker that is asked to stop', () => {
  // Proves: settled-stays-settled
  it('hands its execution back, and another continues at the first task that is not settled', async () => {
    const id = await under.submit({ tasks: upTo(3).map(step) });
    await ran(id, 1);
    await letGo(id, 1);
    await ran(id, 2);
    await restart('worker', 'SIGTERM');
    expect(await ran(id, 3)).toEqual(['1', '2', '2']);
    await letGo(id, 2);
    await letGo(id, 3);
    expect(await under.ended(id)).toMatchObject({ status: 'completed', completed_tasks: 3 });
    expect(await ran(id, 4)).toEqual(['1', '2', '2', '3']);
    const { results } = await under.results(id);
    expect(results.map(({ attempt }) => attempt)).toEqual([1, 2, 1]);
    const events = await under.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(upTo(events.length));
    const told = events.filter(({ type }) => /interrupted|handed_back|continued/.test(type));
    expect(told.map(({ type }) => type)).toEqual([
      'task.interrupted',
      'execution.handed_back',
      'execution.continued',
    ]);
    expect(told[0]).toMatchObject({ task: 2, attempt: 1, data: { outcome: 'drained' } });
  });

  it('leaves a cancel to the next one', async () => {
    const id = await under.submit({ tasks: [step(1)] });
    await ran(id, 1);
    process.kill(pidOf('worker'), 'SIGTERM');
    await under.call('DELETE', `/executions/${id}`);
    expect(await under.ended(id)).toMatchObject({ status: 'cancelled' });
  });
});

describe('a worker that has time to drain', () => {
  it('lets the task that runs come to its end, and no further one begin', async () => {
    const patient = await startStackUnderTest({ CC_EXECUTOR_DRAIN: '20' });
    try {
      const go = 'until [ -e go ]; do sleep 0.02; done';
      const id = await patient.submit({
        tasks: [{ command: `touch began; ${go}` }, { command: 'true' }],
      });
      await waitFor(() => existsSync(join(patient.workspace(id), 'began')));
      process.kill(patient.stack.pids()['worker'] ?? 0, 'SIGTERM');
      await waitFor(async () => (await patient.call('GET', '/health').catch(() => null))?.status === 200);
      await writeFile(join(patient.workspace(id), 'go'), '');
      expect(await patient.ended(id)).toMatchObject({ status: 'completed' });
      const { results } = await patient.results(id);
      expect(results.map(({ attempt }) => attempt)).toEqual([1, 1]);
      const holders = (await patient.events(id)).flatMap(({ data }) => data['worker'] ?? []);
      expect(new Set(holders).size).toBe(2);
    } finally {
      await patient.stop();
    }
  });
});

describe('an API and a gateway that end', () => {
  // Proves: one-cursor
  it('cost a follower nothing: it comes again and has every event once', async () => {
    const id = await under.submit({ tasks: upTo(4).map(step) });
    const seqs: number[] = [];
    let open = true;
    const follow = () => {
      const socket = new WebSocket(
        `${under.stack.wsUrl}/executions/${id}/stream?after=${String(seqs.at(-1) ?? 0)}`,
      );
      socket.on('message', (data: Buffer) => {
        const event = JSON.parse(data.toString()) as Event;
        if (event.type === 'end') open = false;
        else if (event.seq) seqs.push(event.seq);
      });
      socket.on('error', () => undefined);
      socket.on('close', () => open && setTimeout(follow, 50));
    };
    follow();
    await ran(id, 1);
    await restart('gateway', 'SIGKILL');
    await letGo(id, 1);
    await ran(id, 2);
    await restart('api', 'SIGKILL');
    for (const n of [2, 3, 4]) {
      await waitFor(async () => (await under.call('GET', '/health').catch(() => null))?.status === 200);
      await letGo(id, n);
    }
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    await waitFor(() => !open);
    expect(seqs).toEqual(upTo((await under.events(id)).length));
  });
});
