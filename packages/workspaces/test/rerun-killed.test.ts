import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { openSnapshotStore } from '../src/index.ts';
import { randomOf } from './random-workspace.ts';
import { BOUNDS, scene } from './store-under-test.ts';
import { git, userRepository } from './user-repository.ts';
import { imageOf, stateSince } from './walked.ts';

const PROGRAM = join(import.meta.dirname, 'fixtures/begins-again.ts');
/** More for a longer run. */
const FACTOR = Number(process.env['HISTORIES_FACTOR'] ?? 1);
const KILLS = 5 * FACTOR;
vi.setConfig({ testTimeout: 300_000 * Math.max(1, FACTOR) });

/** Runs the program, and kills it so many milliseconds after it began; null: lets it end. Returns how long it worked. */
async function run(options: object, killAfter: number | null): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'exit') as Promise<[number | null, string | null]>;
  await once(child.stdout, 'data');
  child.stdout.resume();
  const began = performance.now();
  if (killAfter !== null) {
    await Promise.race([pause(killAfter), closed]);
    child.kill('SIGKILL');
  }
  const [code] = await closed;
  if (killAfter === null && code !== 0) throw new Error(`It ended with ${String(code)}.`);
  return performance.now() - began;
}

it('a workspace whose beginning is killed begins with the whole snapshot the next time', async () => {
  const { root, workspace: earlier, folder: store, takeAll, store: opened } = await scene();
  for (let file = 0; file < 300; file += 1) {
    mkdirSync(join(earlier, String(file % 20)), { recursive: true });
    writeFileSync(join(earlier, String(file % 20), String(file)), `text ${String(file)}`.repeat(100));
  }
  const [{ id: to }, image] = [await takeAll('one'), imageOf(earlier)];
  await opened.close();
  const random = randomOf(20);
  let longest = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const [folder, workspace] = [join(root, `kept ${String(kill)}`), join(root, `work ${String(kill)}`)];
    mkdirSync(workspace);
    const options = { folder, workspace, store, to, of: null };
    longest = Math.max(longest, await run(options, kill === 0 ? null : random() * longest));
    await run(options, null);
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
  const random = randomOf(21);
  let longest = 0;
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
    const options = { folder, workspace, store, to, of, earlier };
    longest = Math.max(longest, await run(options, kill === 0 ? null : random() * longest));
    await run(options, null);
    const expected = new Map(image).set('own', 'file 644 own');
    expect(imageOf(workspace)).toEqual(expected);
    expect(git(first.user, 'log', '--format=%s', branch, `^${base}`).split('\n')).toEqual(['own', 'one']);
    expect(git(first.user, 'ls-tree', '--name-only', branch, 'half', 'own')).toBe('half\nown');
    expect(git(workspace, 'status', '--porcelain')).toBe('');
    expect(git(first.user, 'fsck', '--full')).toBe('');
    expect(first.image()).toEqual(before);
  }
});
