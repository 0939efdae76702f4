import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rounds } from '@cc-executor/testkit';
import { expect, it, vi } from 'vitest';
import { openSnapshotStore } from '../src/index.ts';
import { killsAsItReads } from './kills-as-it-reads.ts';
import { BOUNDS, storeUnderTest } from './store-under-test.ts';
import { git, userRepository } from './user-repository.ts';
import { imageOf, stateSince } from './walked.ts';

const PROGRAM = join(import.meta.dirname, 'fixtures/begins-again.ts');
/** More for a longer run. */
const KILLS = rounds({ short: 3, nightly: 50 });
vi.setConfig({ testTimeout: rounds({ short: 300_000, nightly: 3_000_000 }) });

/** Runs the program. Returns whether it was killed. */
async function run(options: object): Promise<boolean> {
  const args = [PROGRAM, JSON.stringify(options)];
  const [code, signal] = (await once(
    spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }),
    'exit',
  )) as [number | null, string | null];
  if (signal === null && code !== 0) throw new Error(`It ended with ${String(code)}.`);
  return signal === 'SIGKILL';
}

/** Returns how many questions the process asks before it is killed: from the first to the last. */
const after = (kill: number, most: number) =>
  kill === 0 ? Infinity : 1 + Math.floor(((kill - 1) * (most - 1)) / Math.max(1, KILLS - 2));

it('a workspace whose beginning is killed begins with the whole snapshot the next time', async () => {
  const { root, workspace: earlier, folder: store, takeAll, store: opened } = await storeUnderTest();
  for (let file = 0; file < 300; file += 1) {
    mkdirSync(join(earlier, String(file % 20)), { recursive: true });
    writeFileSync(join(earlier, String(file % 20), String(file)), `text ${String(file)}`.repeat(100));
  }
  const [{ id: to }, image] = [await takeAll('one'), imageOf(earlier)];
  await opened.close();
  const reading = killsAsItReads(root);
  let most = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const [folder, workspace] = [join(root, `kept ${String(kill)}`), join(root, `work ${String(kill)}`)];
    mkdirSync(workspace);
    const options = { folder, workspace, store, to, of: null, git: reading.program };
    reading.killAfter(after(kill, most));
    expect(await run(options)).toBe(kill > 0);
    if (kill === 0) most = reading.asked();
    reading.killAfter(Infinity);
    expect(await run(options)).toBe(false);
    const expected = new Map(image).set('own', 'file 644 own');
    expect(imageOf(workspace)).toEqual(expected);
  }
});

it('a clone whose beginning is killed has the commits from before and the whole snapshot', async () => {
  const first = userRepository();
  for (let file = 0; file < 200; file += 1) first.put(`many/${String(file)}`, String(file));
  git(first.user, 'add', '.');
  git(first.user, '-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'many');
  const base = git(first.user, 'rev-parse', 'HEAD');
  const work = first.work({ commit: base });
  await work.prepare();
  writeFileSync(join(first.workspace, 'one'), 'one');
  await work.commit({ task: 1, subject: 'one', trailers: {} });
  await work.deliver();
  // What a task that failed has left is in no commit.
  writeFileSync(join(first.workspace, 'half'), 'half');
  rmSync(join(first.workspace, 'many/7'));
  const store = join(first.root, 'store');
  const opened = await openSnapshotStore(store, { bounds: BOUNDS });
  const image = imageOf(first.workspace);
  const taken = { folder: first.workspace, ...stateSince(null, image), previous: null, label: 'before 2' };
  const { id: to } = await opened.take(taken);
  await opened.close();
  const before = first.image();
  const reading = killsAsItReads(first.root);
  let most = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const branch = `cc-executor/again-${String(kill)}`;
    const [folder, workspace] = [
      join(first.root, `kept ${String(kill)}`),
      join(first.root, `work ${String(kill)}`),
    ];
    mkdirSync(workspace);
    const of = {
      path: first.user,
      url: null,
      commit: base,
      ref: null,
      branch,
      commits: 'per_task',
      deliver: 'branch',
      include: [],
    };
    const earlier = { folder: join(first.root, 'kept'), tasks: [1], keeps: false };
    const options = { folder, workspace, store, to, of, earlier, git: reading.program };
    reading.killAfter(after(kill, most));
    expect(await run(options)).toBe(kill > 0);
    if (kill === 0) most = reading.asked();
    reading.killAfter(Infinity);
    expect(await run(options)).toBe(false);
    const expected = new Map(image).set('own', 'file 644 own');
    expect(imageOf(workspace)).toEqual(expected);
    expect(git(first.user, 'log', '--format=%s', branch, `^${base}`).split('\n')).toEqual(['own', 'one']);
    expect(git(first.user, 'ls-tree', '--name-only', branch, 'half', 'own')).toBe('half\nown');
    expect(git(workspace, 'status', '--porcelain')).toBe('');
    expect(git(first.user, 'fsck', '--full')).toBe('');
    expect(first.image()).toEqual(before);
  }
});
