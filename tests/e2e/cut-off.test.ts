import { freePort, needs, startRedis, waitFor, type TestRedis } from '@cc-executor/testkit';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { Line } from '../chaos/line.ts';
import { persist, Service } from '../chaos/services.ts';

// Each worker has its own line to Redis, and its own process namespace, as in a container: no worker can see or end
// what another has started.
let folder: string;
let redis: TestRedis;
let lines: Line[];
let services: Service[];
let api: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-cut-'));
  redis = await startRedis();
  [lines, services] = [[], []];
});
afterEach(async () => {
  for (const line of lines) line.mend();
  for (const service of services) await service.stop();
  for (const line of lines) await line.close();
  await redis.stop();
  await rm(folder, { recursive: true, maxRetries: 10 });
});

const start = async (context: TestContext) => {
  const unshare = needs(context, 'unshare');
  if (process.getuid?.() !== 0) context.skip('only root can make a process namespace');
  const port = String(await freePort());
  api = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
    CC_EXECUTOR_API_PORT: port,
  };
  services.push(new Service('api', 'api', { ...env, REDIS_URL: redis.url }, folder));
  await persist(`${api}/health`);
  for (const name of ['worker-1', 'worker-2']) {
    const line = await Line.open(join(folder, `${name}.sock`), redis.url);
    lines.push(line);
    const own = [unshare, '--pid', '--fork', '--kill-child', '--mount-proc'];
    services.push(new Service(name, 'worker', { ...env, REDIS_URL: line.url }, folder, own));
  }
};

/** Holds a lock for as long as it runs, says which attempt it is, and ends when it may. */
const COMMAND = [
  'exec 9> lock; flock -n 9 || echo overlap >> ran',
  'echo "$CC_EXECUTOR_ATTEMPT" >> ran',
  'until [ -e go ]; do date +%s%N > pulse; sleep 0.05; done',
].join('\n');

const submit = async (...commands: string[]) => {
  const body = JSON.stringify({ tasks: commands.map((command) => ({ command })) });
  const headers = { 'content-type': 'application/json' };
  const answer = await persist(`${api}/execute`, { method: 'POST', headers, body });
  return ((await answer.json()) as { execution_id: string }).execution_id;
};
const workspaceOf = (id: string) => join(folder, 'data/workspaces', id);
const ran = async (id: string) =>
  (await readFile(join(workspaceOf(id), 'ran'), 'utf8').catch(() => '')).split('\n').filter(Boolean);
const statusOf = async (id: string) =>
  (await (await persist(`${api}/executions/${id}`)).json()) as { status: string };
const eventsOf = async (id: string) => {
  const text = await (await persist(`${api}/executions/${id}/events`)).text();
  return [...text.matchAll(/^data: (.*)$/gm)].map(
    ([, json = '']) => JSON.parse(json) as Record<string, never>,
  );
};
/** The line of the worker that took an execution last, once its guardian watches it. */
const lineOfOwner = async () => {
  await waitFor(async () => {
    const names = await readdir(join(folder, 'data/signs'));
    return names.some((name) => name.endsWith('.life'));
  });
  // On a busy machine the second one may have taken it over before.
  const generations = await Promise.all(
    ['worker-1', 'worker-2'].map(async (name) => {
      const log = await readFile(join(folder, `${name}.log`), 'utf8');
      const taken = log.split('\n').findLast((line) => line.includes('took an execution')) ?? '{}';
      return (JSON.parse(taken) as { generation?: number }).generation ?? 0;
    }),
  );
  return lines[generations.indexOf(Math.max(...generations))];
};

// Proves: frozen-owner-is-ended
describe('a worker that is cut off from Redis alone', () => {
  it.for(['closed', 'silent'] as const)(
    'by a connection that is %s gives up, and within 15 s another continues; the two never meet',
    async (how, context) => {
      await start(context);
      const id = await submit(COMMAND, 'echo two >> ran');
      await waitFor(async () => (await ran(id)).length === 1, { what: 'its start' });
      const line = await lineOfOwner();
      const cutAt = performance.now();
      line?.cut(how);
      await waitFor(async () => (await ran(id)).length === 2, { seconds: 30, what: 'another attempt' });
      expect((performance.now() - cutAt) / 1000).toBeLessThan(15);
      line?.mend();
      await submit(`touch ../${id}/go`);
      await waitFor(async () => (await statusOf(id)).status === 'completed', { what: 'its end' });
      expect(await ran(id)).toEqual(['1', '2', 'two']);
      expect((await eventsOf(id)).map(({ seq }) => seq)).toEqual(
        (await eventsOf(id)).map((_, index) => index + 1),
      );
    },
  );
});

describe('when Redis is away for all', () => {
  // Proves: redis-away-is-waited-out
  it('what runs continues, and costs no attempt', async (context) => {
    await start(context);
    const id = await submit(COMMAND, 'echo two >> ran');
    await waitFor(async () => (await ran(id)).length === 1, { what: 'its start' });
    for (const line of lines) line.cut('silent');
    const pulse = async () => await readFile(join(workspaceOf(id), 'pulse'), 'utf8');
    const cutAt = performance.now();
    await waitFor(() => performance.now() - cutAt > 16_000, { what: 'longer than a takeover takes' });
    const before = await pulse();
    await waitFor(async () => (await pulse()) !== before, { what: 'a sign of the task' });
    for (const line of lines) line.mend();
    await submit(`touch ../${id}/go`);
    await waitFor(async () => (await statusOf(id)).status === 'completed', { what: 'its end' });
    expect(await ran(id)).toEqual(['1', 'two']);
  });
});
