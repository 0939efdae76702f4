import { WorkspaceScanner } from '@cc-executor/evidence/workspace';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, milliseconds, print } from './report.ts';
import { benchmarkStack } from './stack.ts';

// What it costs to know what became of a workspace: the scans of it alone, and through the whole stack.
const RUNS = 7;
const TASKS = 20;

async function fill(folder: string, files: number): Promise<void> {
  for (let made = 0; made < files; made += 100) {
    const below = join(folder, `folder-${String(made)}`);
    await mkdir(below, { recursive: true });
    const names = Array.from({ length: Math.min(100, files - made) }, (_, index) =>
      join(below, String(index)),
    );
    await Promise.all(names.map((name) => writeFile(name, 'a line of text\n')));
  }
}

const root = await mkdtemp(join(tmpdir(), 'cc-benchmark-'));
const scanner = new WorkspaceScanner();
await (await scanner.begin(root)).changes();
const rows: [string, string][] = [];
for (const [files, aim] of [
  [1000, '50 ms'],
  [100_000, '2 s'],
] as const) {
  const folder = join(root, String(files));
  await fill(folder, files);
  const [first, next]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    const began = performance.now();
    const scan = await scanner.begin(folder);
    await writeFile(join(folder, 'changed'), String(run));
    await scan.changes();
    first.push(performance.now() - began);
    const again = performance.now();
    const second = await scanner.begin(folder, scan);
    await writeFile(join(folder, 'changed'), `${String(run)} again`);
    await second.changes();
    next.push(performance.now() - again);
    second.release();
  }
  rows.push(
    [`${String(files)} files, first task (aim: below ${aim})`, milliseconds(first)],
    [`${String(files)} files, each further task`, milliseconds(next)],
  );
}
await scanner.close();
await rm(root, { recursive: true });
print(`Two scans of a workspace (${String(RUNS)} runs, medians and ranges)`, rows);

const stack = await benchmarkStack();
const commands = Array.from({ length: TASKS }, () => 'true');
/** Milliseconds for each task of a list in a workspace of so many files. */
async function perTask(files: number): Promise<number> {
  const { total_execution_time, results } = await stack.run([
    `for i in $(seq ${String(files)}); do echo x > $i; done; true`,
    ...commands,
  ]);
  const [made] = results as { execution_time?: number }[];
  return ((total_execution_time - (made?.execution_time ?? 0)) * 1000) / TASKS;
}
await perTask(0);
const [empty, filled]: [number[], number[]] = [[], []];
for (let run = 0; run < RUNS; run += 1) {
  empty.push(await perTask(0));
  filled.push(await perTask(1000));
}
await stack.stop();
print(`A command through the stack (${String(RUNS)} runs, medians and ranges, for each task)`, [
  ['in an empty workspace', milliseconds(empty)],
  ['among 1000 files', milliseconds(filled)],
  ['added (aim: below 50 ms)', `${(median(filled) - median(empty)).toFixed(2)} ms`],
]);
