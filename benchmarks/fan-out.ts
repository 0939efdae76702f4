import { RedisEventLog, RedisExecutionStore, connect } from '@cc-executor/executions-redis';
import { eventToStore, outputAppend, submitList, endAppend } from '@cc-executor/testkit';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { median, print } from './report.ts';
import { benchmarkStack } from './stack.ts';

// How many deliveries a second one execution's events make to 1,000 subscribers of one gateway, beside a bare process
// that writes the same frames to as many sockets; both with Redis and the same publisher at work beside them, and with
// the clients in their own process. And how long one late client takes to be given 100,000 events.
const [SUBSCRIBERS, EVENTS, RUNS, LATE] = [1000, 400, 5, 100_000];

const stack = await benchmarkStack({ MAX_SESSIONS: String(SUBSCRIBERS + 10) }, 'worker');
const url = `unix://${stack.redisSocket}`;
const writer = connect(url, 'patient', () => undefined);
const store = new RedisExecutionStore(writer);

/** Starts a program; gives it and the first that it tells. */
async function start(program: string, ...args: string[]): Promise<[ChildProcess, unknown]> {
  const started = fork(new URL(program, import.meta.url), args);
  const [told] = (await once(started, 'message')) as [unknown];
  return [started, told];
}

/** Publishes the events of a run, one append each, and its end. */
async function publish(id: string): Promise<void> {
  for (let i = 0; i < EVENTS; i++)
    await store.append(id, outputAppend(id, `line ${String(i)} of the output\n`));
  await store.append(id, endAppend(id));
}

/** From the first event published to the last one received by every client; deliveries per second. */
async function measure(addressOf: (id: string) => string): Promise<number> {
  const id = await submitList(store);
  const [clients] = await start('./subscribers.ts', addressOf(id), String(SUBSCRIBERS), String(EVENTS + 2));
  const began = performance.now();
  const [[report]] = await Promise.all([
    once(clients, 'message') as Promise<[{ missing: number }]>,
    publish(id),
  ]);
  const seconds = (performance.now() - began) / 1000;
  clients.kill();
  if (report.missing > 0) throw new Error(`${String(report.missing)} subscribers missed an event`);
  return (SUBSCRIBERS * EVENTS) / seconds;
}

const [bare, barePort] = await start('./bare-broadcaster.ts', url);
const [ours, limits]: [number[], number[]] = [[], []];
for (let run = 0; run < RUNS; run++) {
  ours.push(await measure((id) => `${stack.wsUrl}/executions/${id}/stream`));
  limits.push(await measure((id) => `ws://127.0.0.1:${String(barePort)}/${id}`));
}
bare.kill();
print(`${String(SUBSCRIBERS)} subscribers of one execution (${String(RUNS)} runs, medians)`, [
  ['deliveries a second', median(ours).toFixed(0)],
  ['bare sockets, the same frames', median(limits).toFixed(0)],
  ['part of it (aim: at least 70 %)', `${((100 * median(ours)) / median(limits)).toFixed(0)} %`],
]);

const id = await submitList(store);
const line = eventToStore(id, {
  type: 'task.output',
  task: 1,
  attempt: 1,
  data: { stream: 'stdout', data: 'a line of the output\n' },
});
for (let i = 0; i < LATE; i += 1000)
  await store.append(id, { ...outputAppend(id, ''), events: Array.from({ length: 1000 }, () => line) });
await store.append(id, endAppend(id));
const log = new RedisEventLog(writer, writer);
const [replays, ranges]: [number[], number[]] = [[], []];
for (let run = 0; run < RUNS; run++) {
  const [clients] = await start(
    './subscribers.ts',
    `${stack.wsUrl}/executions/${id}/stream`,
    '1',
    String(LATE + 2),
  );
  const [{ ms, missing }] = (await once(clients, 'message')) as [{ ms: number; missing: number }];
  if (missing > 0) throw new Error('the late client missed an event');
  clients.kill();
  replays.push(ms);
  const began = performance.now();
  await log.page(id, 0, LATE + 2);
  ranges.push(performance.now() - began);
}
print(`${String(LATE)} events replayed to one late client (${String(RUNS)} runs, medians)`, [
  ['to the last one (aim: under 1000 ms)', `${median(replays).toFixed(0)} ms`],
  ['XRANGE of the same', `${median(ranges).toFixed(0)} ms`],
  ['ratio', (median(replays) / median(ranges)).toFixed(1)],
]);
writer.disconnect();
await stack.stop();
