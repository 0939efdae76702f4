import { WorkspaceScanner } from '@cc-executor/evidence/workspace';
import { SnapshotStores } from '@cc-executor/workspaces';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { median, milliseconds, print } from './report.ts';
import { benchmarkStack } from './stack.ts';

// What snapshots add to each task, through the whole stack, beside what git on this machine takes to look at the same files;
// and how long the thread that handles output is kept waiting by a snapshot of everything.
const RUNS = 3;
const TASKS = 10;
const PER_FOLDER = 50;
const LINE = 'const value = compute(first, second); ';
const BOUNDS = { file: 64 * 1024 * 1024, snapshot: 2 * 1024 * 1024 * 1024 };
const QUIET = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

const root = mkdtempSync(join(tmpdir(), 'cc-benchmark-'));
const rows: [string, string][] = [];

function fill(folder: string, files: number): void {
  for (let file = 0; file < files; file += 1) {
    const below = join(folder, `folder-${String(Math.floor(file / PER_FOLDER))}`);
    if (file % PER_FOLDER === 0) mkdirSync(below, { recursive: true });
    writeFileSync(join(below, String(file)), `// ${String(file)}\n${LINE.repeat(13 + ((file * 7) % 187))}\n`);
  }
}

/** Changes ten files in ten folders. */
const changing = (from: string, files: number) =>
  `for i in 0 1 2 3 4 5 6 7 8 9; do n=$((i * ${String(files / 10)})); echo $RANDOM >> ${from}/folder-$((n / ${String(PER_FOLDER)}))/$n; done`;

/** Milliseconds for each of the tasks that change files in a workspace, the tasks that come before not counted. */
async function perTask(stack: Awaited<ReturnType<typeof benchmarkStack>>, template: string, files: number) {
  const change = { command: changing('.', files) };
  const tasks = [
    { command: `cp -a ${template}/. .` },
    change,
    ...Array.from({ length: TASKS }, () => change),
  ];
  const { results } = (await stack.runTasks(tasks)) as unknown as { results: { completed_at: string }[] };
  const [begin, end] = [results[1], results.at(-1)].map((task) => Date.parse(task?.completed_at ?? ''));
  return ((end ?? NaN) - (begin ?? NaN)) / TASKS;
}

/** The largest resident memory of a process so far, in MB; NaN where the system does not say. */
function mostMemory(pid: number | undefined): number {
  const status = execFileSync('cat', [`/proc/${String(pid)}/status`], { encoding: 'utf8' });
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? NaN) / 1024;
}

for (const files of [1000, 50_000, 100_000]) {
  const template = join(root, String(files));
  fill(template, files);
  const [on, off] = [await benchmarkStack(), await benchmarkStack({ CC_EXECUTOR_SNAPSHOTS: 'false' })];
  const [withThem, without]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    withThem.push(await perTask(on, template, files));
    without.push(await perTask(off, template, files));
  }
  const memory = [on, off].map((stack) => `${String(Math.round(mostMemory(stack.pids()['worker'])))} MB`);
  await on.stop();
  await off.stop();
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: template, env: { ...process.env, ...QUIET }, stdio: 'pipe' });
  git('init', '-q');
  git('config', 'gc.auto', '0');
  git('add', '-A');
  git('-c', 'user.name=a', '-c', 'user.email=a@b.invalid', 'commit', '-q', '-m', 'x');
  const [status, add]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    execFileSync('/bin/bash', ['-c', changing(template, files)]);
    for (const [times, work] of [
      [status, () => git('status', '--porcelain')],
      [add, () => [git('add', '-A'), git('write-tree')]],
    ] as const) {
      const began = performance.now();
      work();
      times.push(performance.now() - began);
    }
  }
  const what = `${files.toLocaleString('en')} files, 10 changed`;
  rows.push(
    [`${what}: each task with snapshots`, milliseconds(withThem)],
    [`${what}: each task without`, milliseconds(without)],
    [`${what}: added by snapshots`, `${(median(withThem) - median(without)).toFixed(1)} ms`],
    [`${what}: memory of the worker at most, with and without`, memory.join(', ')],
    [`${what}: git status`, milliseconds(status)],
    [`${what}: git add -A && git write-tree`, milliseconds(add)],
  );
}

const scanner = new WorkspaceScanner();
const stores = new SnapshotStores(join(root, 'stores'), { bounds: BOUNDS });
const workspace = join(root, '100000');
const of = { execution_id: 'one', uuid: null, workspace, workspace_path: workspace };
const scan = await scanner.begin(workspace);
const store = await stores.open(of);
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const began = performance.now();
const { changed, removed, folders } = await scan.state();
await store.take({ folder: workspace, changed, removed, folders, previous: null, label: 'first' });
const took = performance.now() - began;
delay.disable();
scan.release();
await store.close();
await stores.close();
await scanner.close();
rmSync(root, { recursive: true });
const ms = (nanoseconds: number) => `${(nanoseconds / 1e6).toFixed(1)} ms`;
rows.push(
  ['100,000 files, the first snapshot', `${(took / 1000).toFixed(2)} s`],
  [
    'meanwhile the event loop is late by (99 % of the time, at most)',
    `${ms(delay.percentile(99))}, ${ms(delay.max)}`,
  ],
);
print(
  `What snapshots add to a task (${String(RUNS)} runs of ${String(TASKS)} tasks, medians and ranges)`,
  rows,
);
