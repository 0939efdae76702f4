import { RepositoryWork } from '@cc-executor/workspaces';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median, milliseconds, print } from './report.ts';

// What the clone costs that a list for a repository works in, beside git's own clone of the same repository.
const RUNS = 5;
const FILES = 50_000;
const PER_FOLDER = 50;
const LINE = 'const value = compute(first, second); ';

const root = mkdtempSync(join(tmpdir(), 'cc-benchmark-'));
const user = join(root, 'user');
const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
const git = (...args: string[]) => execFileSync('git', args, { cwd: user, env, encoding: 'utf8' }).trim();
for (let file = 0; file < FILES; file += 1) {
  const folder = join(user, `folder-${String(Math.floor(file / PER_FOLDER))}`);
  if (file % PER_FOLDER === 0) mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, String(file)), `// ${String(file)}\n${LINE.repeat(13 + ((file * 7) % 187))}\n`);
}
git('init', '-q', '-b', 'main');
git('config', 'gc.auto', '0');
git('add', '-A');
git('-c', 'user.name=a', '-c', 'user.email=a@b.invalid', 'commit', '-q', '-m', 'x');
git('gc', '-q');
const commit = git('rev-parse', 'HEAD');

const [ours, gits]: [number[], number[]] = [[], []];
for (let run = 0; run < RUNS; run += 1) {
  const own = async () => {
    const [folder, workspace] = [join(root, `kept-${String(run)}`), join(root, `workspace-${String(run)}`)];
    mkdirSync(workspace);
    const of = { path: user, url: null, commit, ref: null, branch: 'work', include: [] };
    const work = new RepositoryWork({
      git: { program: 'git', path: process.env['PATH'] },
      folder,
      workspace,
      userEnv: {},
      fileBytes: 2 ** 26,
      of: { ...of, commits: 'per_task', deliver: 'branch' },
    });
    const began = performance.now();
    await work.prepare();
    ours.push(performance.now() - began);
    rmSync(workspace, { recursive: true });
    rmSync(folder, { recursive: true });
  };
  const plain = () => {
    const clone = join(root, `clone-${String(run)}`);
    const began = performance.now();
    git('clone', '-q', '--local', '--no-hardlinks', user, clone);
    gits.push(performance.now() - began);
    rmSync(clone, { recursive: true });
  };
  // The one that runs first finds cold files.
  if (run % 2 === 1) plain();
  await own();
  if (run % 2 === 0) plain();
}
rmSync(root, { recursive: true });
print(`A clone of a local repository of ${String(FILES)} files (${String(RUNS)} runs, medians and ranges)`, [
  ['the clone of an execution', milliseconds(ours)],
  ['git clone --local --no-hardlinks', milliseconds(gits)],
  ['ratio (aim: at most 1.3)', (median(ours) / median(gits)).toFixed(2)],
]);
