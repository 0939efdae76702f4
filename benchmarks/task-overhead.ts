import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { median, milliseconds, print } from './report.ts';
import { benchmarkStack, SHELL } from './stack.ts';

// What the stack adds to each task of a list, beside a bare loop that spawns the same commands one after the other.
const TASKS = 200;
const RUNS = 7;
const commands = Array.from({ length: TASKS }, () => 'true');

const stack = await benchmarkStack();
await stack.run(commands.slice(0, 20));

async function bareLoop(): Promise<number> {
  const began = performance.now();
  for (const command of commands) await promisify(execFile)(SHELL, ['-c', command]);
  return (performance.now() - began) / TASKS;
}

const ours: number[] = [];
const bare: number[] = [];
for (let run = 0; run < RUNS; run++) {
  bare.push(await bareLoop());
  ours.push(((await stack.run(commands)).total_execution_time * 1000) / TASKS);
}
await stack.stop();

print(`A list of ${String(TASKS)} commands (${String(RUNS)} runs, medians and ranges, for each task)`, [
  ['through the stack', milliseconds(ours)],
  ['a bare loop of spawns', milliseconds(bare)],
  ['added for each task (aim: at most 3 ms)', `${(median(ours) - median(bare)).toFixed(2)} ms`],
]);
