import { RedisEndedExecutions } from '@cc-executor/executions-redis';
import { Receipt, type NewEvent } from '@cc-executor/contracts';
import { readPublicKeys, SignedEnds, verifyExecution } from '@cc-executor/evidence';
import { Recorder } from '@cc-executor/executions';
import { serviceContext, startRedis, submitList, waitFor, type TestRedis } from '@cc-executor/testkit';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { workerSettings } from '../src/config.ts';
import { openDependencies, type WorkerDependencies } from '../src/dependencies.ts';
import { lostAttempts } from '../src/running/lost-attempts.ts';
import { runExecution } from '../src/running/run-execution.ts';

let redis: TestRedis;
let folder: string;
let context: ReturnType<typeof serviceContext<typeof workerSettings>>;
let ports: WorkerDependencies['ports'];
let connection: WorkerDependencies['redis'];
beforeAll(async () => {
  redis = await startRedis();
  folder = await mkdtemp(join(tmpdir(), 'cc-worker-'));
  const data = join(folder, 'data');
  const workspaces = join(folder, 'workspaces');
  context = serviceContext(workerSettings, {
    HOME: folder,
    REDIS_URL: redis.url,
    CC_EXECUTOR_DATA_DIR: data,
    CC_EXECUTOR_WORKSPACES_DIR: workspaces,
  });
  ({ ports, redis: connection } = await openDependencies(context));
});
afterAll(async () => {
  await context.close();
  await redis.stop();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

// Nobody waits for the task of another test.
beforeEach(async () => {
  await connection.del('cc:suspect');
});

const begun = { worker: 'dead', generation: 1 };
/** Of an attempt that has not begun in a workspace. */
const NOTHING_LEFT = {
  snapshots: { find: () => Promise.resolve(null) },
  leftBehind: () => Promise.resolve({ id: null, event: null }),
};

/** An owner that does what it is told, and is lost then: at once, or after it has lived for so many seconds. */
async function ownAndDie(
  id: string,
  work: (recorder: Recorder, events: NewEvent[]) => Promise<void>,
  seconds = 0,
) {
  const claim = await ports.store.claim(id, 'dead');
  if (claim.result !== 'claimed') throw new Error(claim.reason);
  const { execution, token } = claim;
  const recorder = new Recorder({
    store: ports.store,
    executionId: id,
    token,
    ...execution,
    onRetry: () => undefined,
    onRewound: () => undefined,
  });
  await work(recorder, await lostAttempts(ports, execution, { ...claim, left: NOTHING_LEFT }));
  if (seconds > 0) await connection.hset(`cc:execution:${id}`, 'heard', String(Date.now() + seconds * 1000));
  const held = (await ports.store.held()).find(({ executionId }) => executionId === id);
  if (held) await ports.store.expire(held);
}

const started = (attempt: number): NewEvent => ({
  type: 'task.started',
  task: 1,
  attempt,
  data: { description: 'x', agent: 'command', reason: 'first', session: null },
});

const beginAndDie = async (id: string, seconds = 0) =>
  await ownAndDie(
    id,
    async (recorder) => {
      await recorder.commit([{ type: 'execution.started', data: begun }], { from: ['queued'] });
      await recorder.commit([started(1)], { from: ['running'] });
    },
    seconds,
  );

/** Another owner that takes over, tries again, and is lost as well. */
const loseAgain = async (id: string, attempt: number, seconds = 0, before?: () => Promise<unknown>) =>
  await ownAndDie(
    id,
    async (recorder, lost) => {
      expect(lost.map(({ type }) => type)).toEqual(['task.interrupted']);
      await before?.();
      await recorder.commit([...lost, started(attempt)], { from: ['running'] });
    },
    seconds,
  );

describe('a wake-up', () => {
  it('for an execution whose record is gone is over at once, and asks for no other', async () => {
    const id = await submitList(ports.store);
    await new RedisEndedExecutions(connection).prune(id);
    await connection.del('cc:outbox');
    await runExecution(ports, id);
    expect(await ports.store.held()).toEqual([]);
    expect(await connection.zrange('cc:outbox', 0, '-1')).toEqual([]);
  });
});

describe('an owner that lives and does not know that it is one, since the answer to its claim was lost', () => {
  it('is asked, and gives up what it does not run', async () => {
    const id = await submitList(ports.store);
    const other = ports.leases.acquire('another-execution', { generation: 1, token: 'of another' });
    const signs = async () => await readdir(join(folder, 'data/signs'));
    await waitFor(async () => (await signs()).some((name) => name.endsWith('.life')));
    expect(await ports.store.claim(id, ports.worker)).toMatchObject({ result: 'claimed' });
    await waitFor(async () => (await ports.store.held()).length === 0, { what: 'the end of its ownership' });
    // Its guardian says all the time that it lives; the request and its answer are gone.
    await waitFor(async () => (await signs()).every((name) => /\.life(\.new)?$/.test(name)));
    expect(await signs()).not.toEqual([]);
    ports.leases.release(other);
    await waitFor(async () => (await signs()).length === 0, { what: 'the end of its sign of life' });
    await runExecution(ports, id);
    expect((await ports.store.read(id))?.state).toMatchObject({ status: 'completed' });
  });
});

describe('an owner that has given up', () => {
  it('is replaced at once, even if it can reach Redis again and says that it lives', async () => {
    const id = await submitList(ports.store);
    const claim = await ports.store.claim(id, 'another');
    if (claim.result !== 'claimed') throw new Error(claim.reason);
    const { token, generation } = claim;
    const beat = async () => (await ports.store.heartbeat([{ executionId: id, token }]))[0];
    expect(await beat()).toBe('queued');
    await writeFile(join(folder, 'data/signs', `another ${String(generation)} ${id}.yielded`), '');
    await waitFor(async () => (await beat()) === 'stale', { what: 'the end of its ownership' });
    await runExecution(ports, id);
  });

  it('does not renew its ownership', async () => {
    const ids = [await submitList(ports.store), await submitList(ports.store)];
    const take = async (id: string) => {
      const claim = await ports.store.claim(id, ports.worker);
      if (claim.result !== 'claimed') throw new Error(claim.reason);
      return ports.leases.acquire(id, claim);
    };
    const [lost, kept] = [await take(ids[0] ?? ''), await take(ids[1] ?? '')];
    lost.interrupt('lost');
    expect(ports.leases.yieldUp(lost.executionId, lost.generation)).toBe(true);
    expect(ports.leases.yieldUp(kept.executionId, kept.generation)).toBe(false);
    const beats = async () => new Map((await ports.store.held()).map((one) => [one.executionId, one.beat]));
    const nextBeat = async () => {
      const now = await beats();
      await waitFor(async () => (await beats()).get(kept.executionId) !== now.get(kept.executionId));
    };
    // One may have been under way.
    await nextBeat();
    const before = await beats();
    await nextBeat();
    expect((await beats()).get(lost.executionId)).toBe(before.get(lost.executionId));
    for (const lease of [lost, kept]) {
      ports.leases.release(lease);
      const held = (await ports.store.held()).find(({ executionId }) => executionId === lease.executionId);
      if (held) await ports.store.expire(held);
    }
  });
});

describe('an owner whose claim was answered late', () => {
  it('asks whether it still is one before it starts anything', async () => {
    const id = await submitList(ports.store);
    const claim = await ports.store.claim(id, ports.worker);
    const held = (await ports.store.held()).find(({ executionId }) => executionId === id);
    if (claim.result !== 'claimed' || !held) throw new Error('it is not held');
    await ports.store.expire(held);
    const lease = ports.leases.acquire(id, claim, performance.now() - 60_000);
    await ports.leases.certain(lease);
    expect(lease.interruption).toBe('lost');
    ports.leases.release(lease);
  });
});

describe('who takes over', () => {
  it('fails a task under which ten workers in a row were lost, and begins nothing after it', async () => {
    const id = await submitList(ports.store, { tasks: 2 });
    await beginAndDie(id, 600);
    for (let attempt = 2; attempt <= 10; attempt++) await loseAgain(id, attempt, 600);
    await runExecution(ports, id);
    const { state } = (await ports.store.read(id)) ?? {};
    expect(state).toMatchObject({ status: 'failed', summary: { failed_tasks: 1, settled_tasks: 2 } });
    expect(state?.tasks[0]).toMatchObject({ status: 'failed', attempt: 10, tries: 0 });
    expect(state?.tasks[0]?.end).toMatchObject({
      outcome: 'worker_lost',
      message: expect.stringContaining('10 times in a row'),
    });
    expect(state?.tasks[1]).toMatchObject({ status: 'skipped', attempt: 0 });
  });

  it('gives up a task that lost its worker within seconds of its start for the second time, and says why', async () => {
    const id = await submitList(ports.store, { tasks: 2 });
    await beginAndDie(id);
    await loseAgain(id, 2);
    await runExecution(ports, id);
    const { state } = (await ports.store.read(id)) ?? {};
    expect(state?.tasks[0]).toMatchObject({ status: 'failed', attempt: 2, end: { outcome: 'ends_worker' } });
    expect(state?.tasks[0]?.end?.message).toContain("seems to end cc-executor's own processes");
    expect(state?.tasks[1]).toMatchObject({ status: 'skipped', attempt: 0 });
  });

  it.each([
    ['both times', 600, 600],
    ['the first time', 600, 0],
    ['the second time', 0, 600],
  ])('tries a task again whose worker had lived on for long %s', async (_, first, second) => {
    const id = await submitList(ports.store);
    await beginAndDie(id, first);
    await loseAgain(id, 2, second);
    await runExecution(ports, id);
    const { state } = (await ports.store.read(id)) ?? {};
    expect(state).toMatchObject({ status: 'completed', tasks: [{ attempt: 3 }] });
  });

  it('tries tasks that lost a worker soon after their start one at a time: who is beside them is not given up', async () => {
    const [one, other] = [await submitList(ports.store), await submitList(ports.store)];
    await beginAndDie(one);
    await beginAndDie(other);
    await loseAgain(one, 2, 0, async () => await ports.suspects.take(one, 15_000));
    await runExecution(ports, other);
    const waiting = (await ports.store.read(other))?.state;
    expect(waiting).toMatchObject({ status: 'waiting', reason: 'backoff', tasks: [{ attempt: 1 }] });
    await runExecution(ports, one);
    expect((await ports.store.read(one))?.state.tasks[0]?.end?.outcome).toBe('ends_worker');
    await connection.del('cc:suspect');
    await connection.hset(`cc:execution:${other}`, 'due', '');
    await runExecution(ports, other);
    expect((await ports.store.read(other))?.state).toMatchObject({ status: 'completed' });
  });

  it('gives a lost attempt a receipt of what is left of it, which nothing changes that the lost worker still writes', async () => {
    const id = await submitList(ports.store);
    const attempt = { executionId: id, task: 1, attempt: 1 };
    const files = ports.openFiles(attempt, () => undefined);
    await ownAndDie(id, async (recorder) => {
      await recorder.commit([{ type: 'execution.started', data: begun }], { from: ['queued'] });
      await recorder.commit([started(1)], { from: ['running'] });
      await files.write('stdout', Buffer.from('half a'));
      await waitFor(async () => (await ports.outputs.size({ ...attempt, stream: 'stdout' })) === 6);
    });
    await runExecution(ports, id);
    await files.write('stdout', Buffer.from(' word'));
    await files.close();
    const [sha256 = null] = (await ports.store.read(id))?.state.tasks[0]?.receipts ?? [];
    const lost = Receipt.parse(JSON.parse((await ports.evidence.readReceipt(attempt, sha256)) ?? ''));
    expect(lost).toMatchObject({ number: 1, sent: null, asked: 'true', end: { outcome: 'worker_lost' } });
    expect(lost.files).toMatchObject([{ name: 'stdout', bytes: 6 }, { name: 'receipt-2.md' }]);
    const trusted = await readPublicKeys(join(folder, 'data/keys'));
    const signed = await new SignedEnds(join(folder, 'data/keys')).last(id);
    const found = await verifyExecution(ports.evidence.folder(id), { trusted, executionId: id, signed });
    expect(found).toMatchObject({ verdict: 'verified', tasks: [{ attempts: 2, reasons: [] }] });
  });
});
