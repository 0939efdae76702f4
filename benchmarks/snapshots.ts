import { openSnapshotStore, type SnapshotStore } from '@cc-executor/workspaces';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, milliseconds, print } from './report.ts';

// What snapshots and restores cost beside git's own work on the same tree. The walk that says what changed is not counted:
// the receipt makes it anyway. `git add` looks for the changes itself, `git checkout` too.
const RUNS = 7;
const FILES = 50_000;
const PER_FOLDER = 50;
const BOUNDS = { file: 64 * 1024 * 1024, snapshot: 2 * 1024 * 1024 * 1024 };
const WORD = 'const value = compute(first, second); ';

const pathOf = (file: number) =>
  `folder-${String(Math.floor(file / PER_FOLDER))}/file-${String(file % PER_FOLDER)}.ts`;
const root = mkdtempSync(join(tmpdir(), 'cc-benchmark-'));
const workspace = join(root, 'workspace');
mkdirSync(workspace);
for (let file = 0; file < FILES; file += PER_FOLDER) mkdirSync(join(workspace, pathOf(file), '..'));
let version = 0;
function write(file: number): string {
  const text = `// ${String(file)} ${String(version)}\n${WORD.repeat(13 + ((file * 7) % 187))}\n`;
  writeFileSync(join(workspace, pathOf(file)), text);
  return pathOf(file);
}
const all = Array.from({ length: FILES }, (_, file) => write(file));

const repository = join(root, 'repository.git');
const environment = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
const git = (...args: string[]) =>
  execFileSync('git', ['--git-dir', repository, '--work-tree', workspace, ...args], {
    cwd: workspace,
    env: environment,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  }).trim();
execFileSync('git', ['init', '-q', '--bare', repository], { env: environment });
const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b.invalid'];
const commit = (tree: string) => git(...identity, 'commit-tree', '-m', 'x', tree);
function add(): string {
  git('add', '-A');
  return git('write-tree');
}

async function timed<T>(times: number[], work: () => Promise<T> | T): Promise<T> {
  const began = performance.now();
  const result = await work();
  times.push(performance.now() - began);
  return result;
}

const store: SnapshotStore = await openSnapshotStore(join(root, 'store'), { bounds: BOUNDS });
const folders = readdirSync(workspace);
const take = async (changed: readonly string[], previous: string | null) =>
  await store.take({ folder: workspace, changed, removed: [], folders, previous, label: 'last' });
const first: number[] = [];
const firstGit: number[] = [];
let last = await timed(first, async () => await take(all, null));
let lastTree = await timed(firstGit, add);
const rows: [string, string][] = [
  ['all files, the first snapshot', milliseconds(first)],
  ['git add -A && git write-tree, a new index', milliseconds(firstGit)],
];

function change(count: number): string[] {
  version += 1;
  const step = FILES / count;
  return Array.from({ length: count }, (_, index) =>
    write((Math.floor(index * step) + version * 13) % FILES),
  );
}

for (const count of [10, 1000]) {
  const [own, gits]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    const changed = change(count);
    // The one that runs first finds cold files.
    const order = [
      async () => (last = await timed(own, async () => await take(changed, last.id))),
      async () => (lastTree = await timed(gits, add)),
    ];
    for (const work of run % 2 === 0 ? order : order.toReversed()) await work();
    if (last.tree !== lastTree) throw new Error(`The trees differ: ${last.tree} and ${lastTree}`);
  }
  const ratio = median(own) / median(gits);
  rows.push(
    [`${String(count)} changed: a snapshot`, milliseconds(own)],
    [`${String(count)} changed: git add -A && git write-tree`, milliseconds(gits)],
    [`${String(count)} changed: ratio (aim: at most 1.2)`, ratio.toFixed(2)],
  );
}

const [restores, checkouts]: [number[], number[]] = [[], []];
for (let run = 0; run < RUNS; run += 1) {
  const [before, beforeTree] = [last, commit(lastTree)];
  const changed = change(1000);
  last = await take(changed, last.id);
  lastTree = add();
  const afterTree = commit(lastTree);
  git('update-ref', '--no-deref', 'HEAD', afterTree);
  const nothing = { changed: [], removed: [], folders };
  const request = { folder: workspace, ...nothing, label: 'left' };
  await timed(restores, async () => await store.restore({ ...request, previous: last.id, to: before.id }));
  if (add() !== before.tree) throw new Error('The restore is not exact.');
  await store.restore({ ...request, previous: before.id, to: last.id });
  add();
  await timed(checkouts, () => git('checkout', '-q', '--detach', beforeTree));
  last = before;
  lastTree = before.tree;
}
rows.push(
  ['1000 changed: a restore', milliseconds(restores)],
  ['1000 changed: git checkout', milliseconds(checkouts)],
  ['1000 changed: ratio (aim: at most 1.5)', (median(restores) / median(checkouts)).toFixed(2)],
);
await store.close();
rmSync(root, { recursive: true });
print(`Snapshots among ${String(FILES)} files (${String(RUNS)} runs, medians and ranges)`, rows);
