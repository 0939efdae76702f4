import { INSTALLATION_ROOT } from '@cc-executor/service-kit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { median, print } from './report.ts';
import { benchmarkStack } from './stack.ts';

// How long an execution stands still when its worker is killed: from kill -9 to the first event of the next attempt, as
// a subscriber sees it. Beside what it takes at the least: the sweeper's patience, and the look that ends it.
const KILLS = 20;
const AT_LEAST_MS = 9000;

interface Event {
  type: string;
  attempt?: number;
}

const stack = await benchmarkStack({}, 'worker');
const environment = {
  PATH: process.env['PATH'],
  HOME: stack.dataDirectory,
  CC_EXECUTOR_DATA_DIR: stack.dataDirectory,
  REDIS_URL: `unix://${stack.redisSocket}`,
  LOG_LEVEL: 'warn',
};
/** A worker, as whatever looks after services starts it again at once. */
const startWorker = () =>
  spawn(process.execPath, [join(INSTALLATION_ROOT, 'services/worker/src/main.ts')], {
    env: environment,
    stdio: 'ignore',
  });
let worker = startWorker();
const response = await fetch(`${stack.apiUrl}/execute`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ tasks: [{ command: 'sleep 3600' }] }),
});
const { execution_id: id } = (await response.json()) as { execution_id: string };
const started = new Map<number, PromiseWithResolvers<number>>();
const startOf = (attempt: number) => {
  const known = started.get(attempt) ?? Promise.withResolvers<number>();
  started.set(attempt, known);
  return known;
};
const socket = new WebSocket(`${stack.wsUrl}/executions/${id}/stream`);
socket.on('message', (data: Buffer) => {
  const { type, attempt } = JSON.parse(data.toString()) as Event;
  if (type === 'task.started' && attempt !== undefined) startOf(attempt).resolve(performance.now());
});

const times: number[] = [];
for (let kill = 1; kill <= KILLS; kill++) {
  await startOf(kill).promise;
  const killed = performance.now();
  worker.kill('SIGKILL');
  worker = startWorker();
  times.push((await startOf(kill + 1).promise) - killed);
}
await fetch(`${stack.apiUrl}/executions/${id}`, { method: 'DELETE' });
socket.terminate();
worker.kill();
await once(worker, 'exit');
await stack.stop();

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
print(`Recovery, ${String(KILLS)} kills of the owner`, [
  ['median', `${seconds(median(times))}, ${(median(times) / AT_LEAST_MS).toFixed(2)} of the least possible`],
  ['maximum', seconds(Math.max(...times))],
]);
