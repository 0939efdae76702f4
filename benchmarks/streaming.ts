import { readFileSync } from 'node:fs';
import { bareSpawn, barePipeAndSocket } from './bare-pipe.ts';
import { median, milliseconds, print } from './report.ts';
import { rpcClient } from './rpc-client.ts';
import { benchmarkStack } from './stack.ts';

// A command's way from `execute` on an open socket to `process.completed`, and large outputs to the last byte, beside
// the same through bare pipes and sockets.
const OUTPUTS = [
  { name: 'seq 1 200000', command: 'seq 1 200000', digest: '5af7b95208fdcff4', aim: 500 },
  { name: 'yes | head -c 50M', command: 'yes | head -c 50M', digest: '4a399f4ba70e476c', aim: 3000 },
  { name: 'one line of 50 MB', command: 'head -c 50M /dev/zero | tr "\\0" x', digest: '', aim: 5000 },
];
const ECHOES = 100;
const RUNS = 5;

const stack = await benchmarkStack();
const client = await rpcClient(stack.wsUrl);
const [ours, bare]: [number[], number[]] = [[], []];
for (let run = -10; run < ECHOES; run++) {
  const [a, b] = [(await client.run('echo hi')).ms, await bareSpawn('echo hi')];
  if (run < 0) continue; // warming up
  ours.push(a);
  bare.push(b);
}
print(`echo hi by execute, send to completed (${String(ECHOES)} runs)`, [
  ['through the stack', milliseconds(ours)],
  ['a bare spawn', milliseconds(bare)],
  ['added (aim: at most 15 ms)', `${(median(ours) - median(bare)).toFixed(2)} ms`],
]);

/** Of worker and gateway, in MiB. */
const resident = () =>
  ['worker', 'gateway'].map((name) => {
    const status = readFileSync(`/proc/${String(stack.pids()[name])}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  });

for (const { name, command, digest, aim } of OUTPUTS) {
  const [times, limits]: [number[], number[]] = [[], []];
  const before = resident();
  let most = before;
  for (let run = 0; run < RUNS; run++) {
    const { ms, sha256, bytes } = await client.run(command);
    if (!sha256.startsWith(digest))
      throw new Error(`${name}: ${String(bytes)} bytes, another sha256: ${sha256}`);
    most = resident().map((size, index) => Math.max(size, most[index] ?? 0));
    times.push(ms);
    limits.push(await barePipeAndSocket(command));
  }
  const growth = most.map((size, index) => (size - (before[index] ?? 0)).toFixed(0));
  print(`${name} (${String(RUNS)} runs)`, [
    [`through the stack (aim: under ${String(aim)} ms)`, milliseconds(times)],
    ['a bare pipe and a bare socket', milliseconds(limits)],
    ['ratio', (median(times) / median(limits)).toFixed(1)],
    ['growth of worker and gateway (aim: under 64 MiB)', `${growth.join(' and ')} MiB`],
  ]);
}
client.close();
await stack.stop();
