import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rounds } from '@cc-executor/testkit';
import { openSnapshotStore } from '../src/index.ts';
import { SnapshotThread } from '../src/thread/snapshot-thread.ts';
import { changeAtRandom, randomOf } from './random-workspace.ts';
import { imageOf, stateSince, type Image } from './walked.ts';

const BOUNDS = { file: 64 * 1024 * 1024, snapshot: 2 * 1024 * 1024 * 1024 };
/** More for a longer run. */
const HISTORIES = rounds({ short: 20, nightly: 1000 });
const GROUP = 20;
const STEPS = 5;
/** To start one costs more than to take a snapshot of a few files. */
const thread = new SnapshotThread();
afterAll(async () => await thread.end());

let root: string;
let workspace: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cc-snapshots-'));
  workspace = join(root, 'workspace');
  mkdirSync(workspace);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A repository of the user with everything in it that a snapshot must not touch, or be changed by. */
function makeRepository(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b.invalid', ...args], {
      stdio: 'pipe',
    });
  git('init', '-q');
  writeFileSync(join(folder, 'kept'), 'committed\n');
  git('add', '.');
  git('commit', '-qm', 'one');
  writeFileSync(join(folder, 'kept'), 'stashed\n');
  git('stash', '-q');
  writeFileSync(join(folder, 'kept'), 'staged\n');
  git('add', 'kept');
  writeFileSync(join(folder, '.git/info/attributes'), '* filter=evil\n');
  git('config', 'filter.evil.clean', 'tr a-z A-Z');
  git('config', 'filter.evil.smudge', 'touch ran; cat');
  for (const hook of ['reference-transaction', 'post-index-change', 'post-checkout']) {
    writeFileSync(join(folder, '.git/hooks', hook), '#!/bin/sh\ntouch "$GIT_DIR/ran"\n');
    chmodSync(join(folder, '.git/hooks', hook), 0o755);
  }
  git('checkout', '-q', '--detach');
}

/** Every object is whole; what git finds unwise in one of its files is the workspace's affair. */
function checkStore(store: string): void {
  const allowed = [
    'gitmodulesSymlink',
    'gitmodulesUrl',
    'gitmodulesParse',
    'gitmodulesBlob',
    'gitattributesBlob',
    'gitattributesLineLength',
    'gitattributesSymlink',
  ];
  const options = allowed.flatMap((name) => ['-c', `fsck.${name}=ignore`]);
  const repository = ['--git-dir', join(store, 'objects.git')];
  execFileSync('git', [...options, ...repository, 'fsck', '--no-dangling'], { stdio: 'pipe' });
}

describe('random histories', () => {
  const groups = Array.from({ length: Math.ceil(HISTORIES / GROUP) }, (_, index) => index * GROUP);
  it.each(groups)('are restored in every file, mode and link, from seed %i', async (first) => {
    for (let seed = first; seed < first + GROUP; seed += 1) {
      const random = randomOf(seed);
      const folder = join(workspace, String(seed));
      mkdirSync(join(folder, 'node_modules'), { recursive: true });
      writeFileSync(join(folder, 'node_modules/left'), 'alone');
      const hasRepository = seed % 4 === 0;
      if (hasRepository) makeRepository(folder);
      const untouched = hasRepository ? imageOf(join(folder, '.git'), { all: true }) : null;
      const store = await openSnapshotStore(join(root, 'store', String(seed)), { bounds: BOUNDS, thread });
      const history: { id: string; image: Image }[] = [];
      try {
        for (let step = 0; step < STEPS; step += 1) {
          for (let change = Math.ceil(random() * 12); change > 0; change -= 1) changeAtRandom(folder, random);
          const image = imageOf(folder);
          const last = history.at(-1) ?? null;
          const label = `${String(seed)}/${String(step)}`;
          const state = stateSince(last?.image ?? null, image);
          const taken = await store.take({ folder, ...state, previous: last?.id ?? null, label });
          expect(taken.leftOut, `seed ${String(seed)}`).toEqual([]);
          expect(taken.files).toBe([...image.values()].filter((what) => !what.startsWith('folder')).length);
          history.push({ id: taken.id, image });
          if (random() < 0.2) await store.pack({ atLeast: 0 });
        }
        for (let restore = 0; restore < 3; restore += 1) {
          // What nobody has taken a snapshot of is kept too.
          const last = history.at(-1);
          changeAtRandom(folder, random);
          const left = imageOf(folder);
          const target = history[Math.floor(random() * history.length)];
          if (!target || !last) throw new Error('no history');
          const baseline = restore === 0 ? last : { id: null, image: null };
          const request = { folder, to: target.id, label: `left ${String(restore)}`, previous: baseline.id };
          const state = stateSince(baseline.image, left);
          const dry = await store.restore({ ...request, ...state, dryRun: true });
          expect(imageOf(folder)).toEqual(left);
          const done = await store.restore({ ...request, ...state });
          expect(done, `seed ${String(seed)}`).toEqual(dry);
          expect(done.kept).toEqual([]);
          expect(imageOf(folder), `seed ${String(seed)}`).toEqual(target.image);
          const back = { folder, to: done.left, label: 'undo', previous: target.id };
          await store.restore({ ...back, ...stateSince(target.image, target.image) });
          expect(imageOf(folder), `undo of seed ${String(seed)}`).toEqual(left);
        }
        const now = hasRepository ? imageOf(join(folder, '.git'), { all: true }) : null;
        expect(now).toEqual(untouched);
        expect(imageOf(join(folder, 'node_modules'))).toEqual(new Map([['left', 'file 644 alone']]));
        checkStore(join(root, 'store', String(seed)));
      } finally {
        await store.close();
      }
    }
  });
});
