import { Redis } from 'ioredis';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { milliseconds, median, percentile, print } from './report.ts';
import { rpcClient } from './rpc-client.ts';
import { benchmarkStack } from './stack.ts';

// How soon a printed line is there, how long 50 clients take that each run a command at once, and how the gateway's
// health answers during a large output, each beside what the machine itself can do in the same run.
const [LINES, PUBLISHES, CLIENTS, RUNS] = [200, 500, 50, 5];
const now = () => performance.timeOrigin + performance.now();

const stack = await benchmarkStack();
const client = await rpcClient(stack.wsUrl);

/** A shell tells the time right before it prints; its own `echo` is a part of the way. */
async function lines(): Promise<number[]> {
  const delays: number[] = [];
  const command = `for i in $(seq ${String(LINES)}); do echo $EPOCHREALTIME; sleep 0.03; done`;
  await client.run(command, ({ data }) => {
    const told = data.trim().split('\n').at(-1) ?? '';
    delays.push(now() - Number(told.replace(',', '.')) * 1000);
  });
  return delays;
}

async function publishes(): Promise<number[]> {
  const [publisher, subscriber] = [new Redis(stack.redisSocket), new Redis(stack.redisSocket)];
  const delays: number[] = [];
  let heard: () => void = () => undefined;
  await subscriber.subscribe('benchmark');
  subscriber.on('message', (_, sent) => {
    delays.push(now() - Number(sent));
    heard();
  });
  for (let i = 0; i < PUBLISHES; i++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    heard = resolve;
    await publisher.publish('benchmark', String(now()));
    await promise;
  }
  publisher.disconnect();
  subscriber.disconnect();
  return delays;
}

await client.run('echo warm');
const [printed, published] = [await lines(), await publishes()];
print('A line printed to its notification', [
  ['p95 (aim: at most 3 ms)', `${percentile(printed, 0.95).toFixed(2)} ms`],
  ['median', `${median(printed).toFixed(2)} ms`],
  ["Redis' PUBLISH to a subscriber, p95", `${percentile(published, 0.95).toFixed(2)} ms`],
]);

const clients = await Promise.all(Array.from({ length: CLIENTS }, async () => await rpcClient(stack.wsUrl)));
const together: number[] = [];
for (let run = 0; run < RUNS; run++) {
  const began = performance.now();
  await Promise.all(clients.map(async (one) => await one.run('echo hi')));
  together.push(performance.now() - began);
}
for (const one of clients) one.close();
print(`${String(CLIENTS)} clients, each \`echo hi\` at once (${String(RUNS)} runs)`, [
  ['until all have completed (aim: under 1000 ms)', milliseconds(together)],
]);

/** Asks again and again until `until` settles; the milliseconds of each answer. */
async function asked(url: string, until: Promise<unknown>): Promise<number[]> {
  const answers: number[] = [];
  const over = new AbortController();
  void until.finally(() => over.abort());
  while (!over.signal.aborted) {
    const began = performance.now();
    await (await fetch(url)).text();
    answers.push(performance.now() - began);
  }
  return answers;
}

const bare = spawn(process.execPath, [fileURLToPath(new URL('bare-health.ts', import.meta.url))], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [said] = (await once(bare.stdout, 'data')) as [Buffer];
const bareUrl = `http://127.0.0.1:${said.toString().trim()}`;
const healthUrl = `${stack.wsUrl.replace('ws', 'http')}/health`;
const [health, limit]: [number[], number[]] = [[], []];
for (let run = 0; run < RUNS; run++) {
  health.push(...(await asked(healthUrl, client.run('yes | head -c 20M'))));
  limit.push(...(await asked(bareUrl, client.run('yes | head -c 20M'))));
}
bare.kill();
print("The gateway's health while 20 MB stream through it", [
  ['p99', `${percentile(health, 0.99).toFixed(1)} ms of ${String(health.length)}`],
  ['a bare HTTP server, p99', `${percentile(limit, 0.99).toFixed(1)} ms of ${String(limit.length)}`],
  ['ratio (aim: at most 2)', (percentile(health, 0.99) / percentile(limit, 0.99)).toFixed(1)],
]);
client.close();
await stack.stop();
