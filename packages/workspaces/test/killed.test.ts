import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { rounds } from '@cc-executor/testkit';
import { expect, it, vi } from 'vitest';
import { openSnapshotStore } from '../src/index.ts';
import { killsAsItReads } from './kills-as-it-reads.ts';
import { randomOf } from './random-workspace.ts';
import { BOUNDS, storeUnderTest } from './store-under-test.ts';
import { imageOf, stateSince } from './walked.ts';

const PROGRAM = join(import.meta.dirname, 'fixtures/takes-or-restores.ts');
/** More for a longer run. */
const KILLS = rounds({ short: 9, nightly: 90 });
vi.setConfig({ testTimeout: rounds({ short: 180_000, nightly: 1_800_000 }) });

/** In each folder: so many that a snapshot of three folders is stored as a pack. */
const FILES = 80;
const NAMES = ['a', 'b', 'd', 'large'];

/** Runs the program, and kills it so many milliseconds after it began; null: lets it end. Returns how long it worked. */
async function run(args: readonly string[], killAfter: number | null): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  child.stdout.resume();
  const began = performance.now();
  if (killAfter !== null) {
    await Promise.race([pause(killAfter), closed]);
    child.kill('SIGKILL');
  }
  await closed;
  return performance.now() - began;
}

function fill(workspace: string, text: string, folders: readonly string[]): void {
  for (const folder of folders) {
    mkdirSync(join(workspace, folder), { recursive: true });
    for (let file = 0; file < FILES; file += 1)
      writeFileSync(join(workspace, folder, String(file)), `${text} ${folder} ${String(file)}`.repeat(100));
    symlinkSync(text, join(workspace, folder, `link to ${text}`));
  }
}

it('a restore that is killed leaves one of two states, and the next opening completes it', async () => {
  const { root, workspace, folder, store, takeAll } = await storeUnderTest();
  fill(workspace, 'one', ['a', 'b/c', 'gone']);
  const [one, imageOne] = [await takeAll('one'), imageOf(workspace)];
  rmSync(join(workspace, 'gone'), { recursive: true });
  fill(workspace, 'two', ['a', 'b/c', 'new/d']);
  const [two, imageTwo] = [await takeAll('two'), imageOf(workspace)];
  await store.close();
  const git = killsAsItReads(root);
  let to = one;
  let [after, before] = [imageOne, imageTwo];
  let [most, completed] = [0, 0];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const args = [folder, workspace, 'restore', git.program, to.id];
    // From the first question to the last: before it changes anything, and at every file.
    git.killAfter(kill < 2 ? Infinity : 1 + Math.floor(((kill - 2) * most) / (KILLS - 2)));
    await run(args, null);
    if (kill < 2) most = Math.max(most, git.asked());
    const again = await openSnapshotStore(folder, { bounds: BOUNDS });
    const image = imageOf(workspace);
    const isAfter = image.get('a/0') === after.get('a/0');
    expect(image).toEqual(isAfter ? after : before);
    const found = again.completed ?? { folder: workspace, to: to.id, kept: [] };
    expect(found).toMatchObject({ folder: workspace, to: to.id, kept: [] });
    expect(isAfter || !again.completed).toBe(true);
    completed += again.completed ? 1 : 0;
    await again.close();
    if (isAfter) [to, after, before] = to === one ? [two, before, after] : [one, before, after];
  }
  expect(completed).toBeGreaterThan(KILLS / 2);
});

it('a snapshot that is killed is there or is not, and the next one is whole', async () => {
  const { workspace, folder, store } = await storeUnderTest();
  fill(workspace, 'text', ['a', 'b/c', 'd']);
  writeFileSync(join(workspace, 'large'), Buffer.alloc(5 * 1024 * 1024, 'large '));
  await store.close();
  const random = randomOf(19);
  let [longest, cut] = [0, 0];
  for (let kill = 0; kill < KILLS; kill += 1) {
    writeFileSync(join(workspace, 'a/0'), String(kill));
    const took = await run([folder, workspace, 'take', 'git'], kill === 0 ? null : random() * longest);
    if (kill === 0) longest = took;
    const again = await openSnapshotStore(folder, { bounds: BOUNDS });
    const label = again.labels().get('interrupted');
    cut += label === undefined ? 1 : 0;
    const state = stateSince(null, imageOf(workspace));
    const whole = await again.take({ folder: workspace, ...state, previous: null, label: 'whole' });
    const complete = (await again.files(whole.id)).map(({ name }) => name);
    const interrupted = (await again.files(label ?? whole.id)).map(({ name }) => name);
    expect([complete, interrupted]).toEqual([NAMES, NAMES]);
    await again.prune(['interrupted']);
    await again.close();
    const repository = join(folder, 'objects.git');
    execFileSync('git', ['--git-dir', repository, 'fsck', '--strict'], { stdio: 'pipe' });
    const left = readdirSync(join(repository, 'objects'), { recursive: true }).map(String);
    expect(left.filter((name) => name.includes('tmp_'))).toEqual([]);
  }
  expect(cut).toBeGreaterThan(0);
});

it('one process at a time writes, and a dead one blocks nobody', async () => {
  const { workspace, folder, store, takeAll } = await storeUnderTest();
  fill(workspace, 'text', ['a']);
  const taken = await Promise.all(['one', 'two', 'three'].map(takeAll));
  expect(new Set(taken.map(({ id }) => id)).size).toBe(1);
  const others = Array.from({ length: 3 }, async () => await run([folder, workspace, 'take', 'git'], null));
  await Promise.all(others);
  expect(store.labels().get('interrupted')).toBe(taken[0]?.id);
});
