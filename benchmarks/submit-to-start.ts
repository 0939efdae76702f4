import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { milliseconds, median, print } from './report.ts';
import { benchmarkStack, SHELL } from './stack.ts';

// How long it takes from POST /execute to the start of the first process, beside what its parts take at the least:
// BullMQ's add to start on the same Redis, and a bare spawn of the same shell. A shell tells the time of its start.
const TELL_TIME = 'echo $EPOCHREALTIME';
const RUNS = 50;
const now = () => performance.timeOrigin + performance.now();
const told = (stdout: string) => Number(stdout.trim().replace(',', '.')) * 1000;

const stack = await benchmarkStack();
const redis = () => new Redis({ path: stack.redisSocket, maxRetriesPerRequest: null });

async function bareSpawn(): Promise<number> {
  const began = now();
  const { stdout } = await promisify(execFile)(SHELL, ['-c', TELL_TIME]);
  return told(stdout) - began;
}

async function submitted(): Promise<number> {
  const began = now();
  const { results } = await stack.run([TELL_TIME]);
  return told(results[0]?.stdout ?? '') - began;
}

const connections = [redis(), redis()];
const [forQueue, forWorker] = connections as [Redis, Redis];
const queue = new Queue('benchmark', { connection: forQueue });
let arrived: (at: number) => void = () => undefined;
const worker = new Worker('benchmark', async () => arrived(now()), { connection: forWorker });
await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);

async function addToStart(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  arrived = resolve;
  const began = now();
  await queue.add('x', {});
  return (await promise) - began;
}

const measured = { submitted: [] as number[], bullmq: [] as number[], spawn: [] as number[] };
for (let run = -5; run < RUNS; run++) {
  const [a, b, c] = [await submitted(), await addToStart(), await bareSpawn()];
  if (run < 0) continue; // warming up
  measured.submitted.push(a);
  measured.bullmq.push(b);
  measured.spawn.push(c);
}
await worker.close();
await queue.close();
for (const connection of connections) connection.disconnect();
await stack.stop();

const limit = median(measured.bullmq) + median(measured.spawn);
print(`POST to first process start (${String(RUNS)} runs, medians and ranges)`, [
  ['POST /execute to the start of the process', milliseconds(measured.submitted)],
  ["BullMQ's add to start", milliseconds(measured.bullmq)],
  ['a bare spawn', milliseconds(measured.spawn)],
  ['ratio to both together (aim: at most 4)', (median(measured.submitted) / limit).toFixed(2)],
]);
