import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median, milliseconds, print } from './report.ts';

// How long `cc-executor --help` takes, beside a Node that does nothing. Both take turns, so that load meets both.
const RUNS = 21;
const MAIN = join(import.meta.dirname, '../packages/cli/src/main.ts');

async function timeOf(...args: string[]): Promise<number> {
  const began = performance.now();
  await promisify(execFile)(process.execPath, args);
  return performance.now() - began;
}

// The first run compiles, the others find that done.
await timeOf(MAIN, '--help');
const [bare, help]: [number[], number[]] = [[], []];
for (let run = 0; run < RUNS; run++) {
  bare.push(await timeOf('--eval', '0'));
  help.push(await timeOf(MAIN, '--help'));
}
print(`The start of the command (${String(RUNS)} runs, medians and ranges)`, [
  ['cc-executor --help (aim: under 150 ms)', milliseconds(help)],
  ['a bare node', milliseconds(bare)],
  ['ratio', (median(help) / median(bare)).toFixed(1)],
]);
