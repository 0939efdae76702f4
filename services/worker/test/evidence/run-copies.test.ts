import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FILE_BYTES, joinOf, list } from './copies-under-test.ts';

it.each([['in the same run'], ['in a run that goes on']])(
  'keeps what a task has ignored, and not removed, %s',
  async (where) => {
    const under = list([[], []], { '.env': 'SECRET=1\n', 'in/a.log': 'l', 'in/b.log': 'm', gone: 'x' });
    let run = await under.open();
    await under.attempt(run, 1, { '.gitignore': '.env\n*.log\n' });
    if (where === 'in a run that goes on') {
      await run.close();
      run = await under.open();
    }
    await under.attempt(run, 1, { b: 'b\n', gone: null, 'in/b.log': null });
    expect(await joinOf(run, 1)).toBeNull();
    expect(under.names()).toEqual(['.env', '.gitignore', 'b', 'in']);
    expect(under.read('.env')).toBe('SECRET=1\n');
    expect(readdirSync(join(under.main, 'in'))).toEqual(['a.log']);
    under.end(run, 1, 'completed');
    // The next one to be joined begins with what the user has changed there since.
    writeFileSync(join(under.main, '.env'), 'SECRET=2\n');
    await under.attempt(run, 2, { c: 'c\n' });
    expect(await joinOf(run, 2)).toBeNull();
    expect(under.names()).toEqual(['.env', '.gitignore', 'b', 'c', 'in']);
    expect(under.read('.env')).toBe('SECRET=2\n');
  },
);

it('gives what a task has ignored to those that need it, when its copy is gone', async () => {
  const under = list([[], [], [1], [1, 2], []], { '.env': 'SECRET=1\n', gone: 'x' });
  const run = await under.open();
  await under.attempt(run, 1, { '.gitignore': '.env\n' });
  await under.attempt(run, 1, { from1: '1\n', gone: null });
  under.end(run, 1, 'failed');
  await under.attempt(run, 2, { from2: '2\n', gone: null });
  expect(await joinOf(run, 2)).toBeNull();
  under.end(run, 2, 'completed');
  await run.close();
  expect(under.copies().filter((path) => path.endsWith('.env'))).toEqual([]);
  const next = await under.open();
  const left = async (task: number) =>
    readdirSync((await under.attempt(next, task, {})).workspace).toSorted();
  expect(await left(3)).toEqual(['.env', '.gitignore', 'from1']);
  expect(await left(4)).toEqual(['.env', '.gitignore', 'from1', 'from2']);
  expect(under.names()).toEqual(['.env', 'from2']);
});

it('says which completed work is in no snapshot, and leaves its copy', async () => {
  const under = list([[], [], [], [1], []], { a: 'a\n' });
  const run = await under.open();
  const large = await under.attempt(run, 1, { 'a b': 'x'.repeat(2 * FILE_BYTES), c: 'c\n' });
  const none = await under.attempt(run, 2, { d: 'd\n' }, false);
  const failed = await under.attempt(run, 3, { e: 'x'.repeat(2 * FILE_BYTES) });
  const lacks = `its snapshot lacks "a b" (file_too_large). It is kept in its copy: ${large.workspace}`;
  expect(await joinOf(run, 1)).toContain(lacks);
  expect(await joinOf(run, 2)).toContain(
    `there is no snapshot of what it has left. It is kept in its copy: ${none.workspace}`,
  );
  under.end(run, 1, 'completed');
  under.end(run, 2, 'completed');
  under.end(run, 3, 'failed');
  await expect(under.attempt(run, 4, {})).rejects.toThrow(lacks);
  expect((await run.copies.joinRest())?.why).toContain(lacks);
  await run.copies.removeAll();
  expect(under.names()).toEqual(['a']);
  expect(readdirSync(large.workspace).toSorted()).toEqual(['a', 'a b', 'c']);
  expect(readdirSync(none.workspace).toSorted()).toEqual(['a', 'd']);
  expect(existsSync(failed.workspace)).toBe(false);
});

it('adds nothing to the workspace when another worker has the execution', async () => {
  const under = list([[], []], { a: 'a\n' });
  const asked: string[][] = [];
  const run = await under.open(() => {
    asked.push(under.names());
    return Promise.resolve(false);
  });
  await under.attempt(run, 1, { b: 'b\n' });
  expect(await joinOf(run, 1)).toBe('Another worker holds the execution now.');
  under.end(run, 1, 'completed');
  expect((await run.copies.joinRest())?.why).toBe('Another worker holds the execution now.');
  expect(asked).toEqual([['a'], ['a']]);
  expect(under.names()).toEqual(['a']);
});

it.each([
  ['before it writes there', 1, ['a']],
  ['before it tells what was added', 2, ['a', 'b']],
])('asks whether it still has the execution %s', async (_, most, names) => {
  const under = list([[], []], { a: 'a\n' });
  const run = await under.open();
  await under.attempt(run, 1, { b: 'b\n' });
  let asked = 0;
  const added: number[] = [];
  const joining = under.joiningOf(run, {
    isCertain: () => Promise.resolve((asked += 1) <= most),
    onAdded: (task) => {
      added.push(task);
      return Promise.resolve();
    },
  });
  await expect(joining.one(1)).rejects.toThrow('Another worker holds the execution now.');
  expect(under.names()).toEqual(names);
  expect(added).toEqual([]);
});

it('confirms its lease before it reports what the workspace had already', async () => {
  const under = list([[], []], { a: 'a\n' });
  const run = await under.open();
  await under.attempt(run, 1, {});
  let asked = 0;
  const added: number[] = [];
  const joining = under.joiningOf(run, {
    isCertain: () => Promise.resolve((asked += 1) <= 1),
    onAdded: (task) => {
      added.push(task);
      return Promise.resolve();
    },
  });
  await expect(joining.one(1)).rejects.toThrow('Another worker holds the execution now.');
  expect(added).toEqual([]);
});

it('continues a join that was cut off when the workspace had all of it', async () => {
  const under = list([[], []], { a: '0\n', '.env': 'SECRET=1\n' });
  const first = await under.open();
  await under.attempt(first, 1, { a: '1\n', '.gitignore': '.env\n' });
  expect(await joinOf(first, 1)).toBeNull();
  await first.close();
  // As it is when the worker is killed after the last file was written.
  const store = await under.snapshots.open(under.record);
  const joined = [...store.labels().keys()].filter((label) => label.endsWith(' joined'));
  await store.release(joined);
  await store.close();
  expect(joined.length).toBe(1);
  const next = await under.open();
  await under.attempt(next, 1, { a: '2\n' });
  expect(await joinOf(next, 1)).toBeNull();
  expect(under.read('a')).toBe('2\n');
  expect(under.names()).toEqual(['.env', '.gitignore', 'a']);
});

it('finds the conflict with what others have changed after a join that was cut off', async () => {
  const under = list([[], []], { a: '0\n' });
  const first = await under.open();
  await under.attempt(first, 1, { a: '1\n' });
  expect(await joinOf(first, 1)).toBeNull();
  await first.close();
  const store = await under.snapshots.open(under.record);
  await store.release([...store.labels().keys()].filter((label) => label.endsWith(' joined')));
  await store.close();
  writeFileSync(join(under.main, 'a'), 'of the user\n');
  const next = await under.open();
  await under.attempt(next, 1, { a: '2\n' });
  expect(await joinOf(next, 1)).toContain('both changed "a"');
  expect(under.read('a')).toBe('of the user\n');
});

it('leaves a folder that a task has removed, for what is ignored in it', async () => {
  const under = list([[], []], {
    '.gitignore': '*.log\n',
    'in/a': 'a\n',
    'in/b/c.log': 'log\n',
    other: 'o\n',
  });
  const run = await under.open();
  const stage = await under.attempt(run, 1, { in: null, other: null });
  expect(readdirSync(stage.workspace)).toEqual(['.gitignore']);
  expect(await joinOf(run, 1)).toBeNull();
  expect(under.names()).toEqual(['.gitignore', 'in']);
  expect(readdirSync(join(under.main, 'in'))).toEqual(['b']);
  expect(under.read('in/b/c.log')).toBe('log\n');
});

it('adds what it can, says once what it cannot, and makes copies meanwhile', async () => {
  const under = list([[], [], [], [2]], { a: '0\n' });
  const run = await under.open();
  for (const [task, changes] of [{ a: '1\n' }, { a: '2\n', b: 'b\n' }, { c: 'c\n' }].entries()) {
    await under.attempt(run, task + 1, changes);
    under.end(run, task + 1, 'completed');
  }
  const [joined, last] = await Promise.all([run.copies.joinRest(), under.attempt(run, 4, { d: 'd\n' })]);
  expect(joined?.why).toContain('both changed "a"');
  expect(readdirSync(last.workspace).toSorted()).toEqual(['a', 'b', 'd']);
  expect(readFileSync(join(last.workspace, 'a'), 'utf8')).toBe('2\n');
  under.end(run, 4, 'completed');
  expect((await run.copies.joinRest())?.why).toContain('both changed "a"');
  expect(under.names()).toEqual(['a', 'c', 'd']);
  expect(under.read('a')).toBe('1\n');
  expect(under.notJoined.map(([task]) => task)).toEqual([2]);
  // Another worker finds the same.
  await run.close();
  const next = await under.open();
  expect((await next.copies.joinRest())?.why).toContain('both changed "a"');
  expect(under.names()).toEqual(['a', 'c', 'd']);
});

it('copies what is ignored to no place that a link of the copy leads to', async () => {
  const under = list([[], [1], []], { '.gitignore': 'installed\n', 'a/b/installed/x': 'x\n', 'a/c': 'c\n' });
  const elsewhere = join(under.root, 'of-the-user');
  mkdirSync(join(elsewhere, 'b'), { recursive: true });
  const run = await under.open();
  const first = await under.attempt(run, 1, { a: null }, false);
  symlinkSync(elsewhere, join(first.workspace, 'a'));
  await first.baseline.changes();
  await run.snapshots.take(first.workspace, first.baseline.scan, { task: 1, attempt: 1, when: 'after' });
  under.end(run, 1, 'completed');
  const second = await under.attempt(run, 2, {});
  expect(readdirSync(second.workspace).toSorted()).toEqual(['.gitignore', 'a']);
  expect(readdirSync(elsewhere, { recursive: true })).toEqual(['b']);
});

it('copies what is ignored by its bytes', async () => {
  const under = list([[], []], { '.gitignore': 'installed\n*.log\n', 'installed/x': 'x\n' });
  const at = (folder: string, path: string) =>
    Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')]);
  const paths = ['caf\u00E9.log', 'installed/caf\u00E9', 'd\u00E9p/in.log'];
  mkdirSync(at(under.main, 'd\u00E9p'));
  for (const path of [...paths, 'd\u00E9p/kept']) writeFileSync(at(under.main, path), path);
  const run = await under.open();
  const { workspace, restored } = await under.attempt(run, 1, {});
  expect(restored.warning).toBeNull();
  for (const path of paths) expect(readFileSync(at(workspace, path), 'utf8')).toBe(path);
});

it('continues in the workspace what has begun there, since no copies could be made', async () => {
  const under = list([[], [], []], { x: '0\n' });
  writeFileSync(join(under.root, 'copies'), '');
  const first = await under.open();
  expect(first.copies.areUsed).toBe(false);
  for (const [task, x] of ['1\n', '2\n'].entries()) {
    expect((await under.attempt(first, task + 1, { x })).workspace).toBe(under.main);
    under.end(first, task + 1, 'completed');
  }
  await first.close();
  rmSync(join(under.root, 'copies'));
  const next = await under.open();
  expect(next.copies.areUsed).toBe(false);
  expect((await under.attempt(next, 3, { y: 'y\n' })).workspace).toBe(under.main);
  under.end(next, 3, 'completed');
  expect(await next.copies.joinRest()).toBeNull();
  expect(under.notJoined).toEqual([]);
  expect(under.names()).toEqual(['x', 'y']);
  expect(under.read('x')).toBe('2\n');
});

it('continues in copies what has begun there, once they can be made again', async () => {
  const under = list([[], [], [1, 2]], { a: 'a\n' });
  const first = await under.open();
  await under.attempt(first, 1, { b: 'b\n' });
  under.end(first, 1, 'completed');
  await first.close();
  const [store, away] = [join(under.root, 'snapshots'), join(under.root, 'away')];
  renameSync(store, away);
  writeFileSync(store, '');
  const next = await under.open();
  expect(next.copies.areUsed).toBe(true);
  await expect(under.attempt(next, 2, { c: 'c\n' })).rejects.toThrow(
    'no copies of the workspace can be made: ',
  );
  expect(await next.copies.joinRest()).not.toBeNull();
  expect(under.names()).toEqual(['a']);
  rmSync(store);
  renameSync(away, store);
  expect((await under.attempt(next, 2, { c: 'c\n' })).workspace).not.toBe(under.main);
  under.end(next, 2, 'completed');
  expect((await under.attempt(next, 3, { d: 'd\n' })).workspace).toBe(under.main);
  expect(under.names()).toEqual(['a', 'b', 'c', 'd']);
  expect(under.notJoined).toEqual([]);
});

it('adds later what could not be added for a reason that passes, and reports that once', async () => {
  const under = list([[], []], { a: 'a\n' });
  const run = await under.open();
  await under.attempt(run, 1, { b: 'b\n' });
  under.end(run, 1, 'completed');
  const reported: string[] = [];
  let isBusy = true;
  const joining = under.joiningOf(run, {
    isCertain: async () => await Promise.resolve(true),
    onAdded: async () => {
      if (isBusy) throw new Error('The repository is busy.');
      await Promise.resolve();
    },
    onFailed: async (task, why) => {
      reported.push(`${String(task)}: ${why}`);
      await Promise.resolve();
    },
  });
  const failed = { why: 'The repository is busy.', isForNow: false };
  expect(await joining.rest()).toEqual(failed);
  expect(await joining.rest()).toEqual(failed);
  expect(reported).toEqual(['1: The repository is busy.']);
  isBusy = false;
  await joining.settled();
  expect(await joining.rest()).toBeNull();
  expect(under.read('b')).toBe('b\n');
});

it('continues with what ran in copies where the folder of the copies is another one, or was emptied', async () => {
  const under = list([[], [], [1, 2]], { a: 'a\n' });
  const first = await under.open();
  for (const [task, files] of [{ b: 'b\n' }, { c: 'c\n' }].entries()) {
    await under.attempt(first, task + 1, files);
    under.end(first, task + 1, 'completed');
  }
  await first.close();
  rmSync(join(under.root, 'copies'), { recursive: true });
  const next = await under.open();
  expect(next.copies.areUsed).toBe(true);
  expect((await under.attempt(next, 3, { d: 'd\n' })).workspace).toBe(under.main);
  expect(under.names()).toEqual(['a', 'b', 'c', 'd']);
  expect(await next.copies.joinRest()).toBeNull();
});

it('takes no snapshot of the workspace for an attempt whose copy is gone', async () => {
  const under = list([[], []], { a: 'a\n' });
  const run = await under.open();
  await under.attempt(run, 1, { b: 'b\n' }, false);
  await run.close();
  rmSync(join(under.root, 'copies'), { recursive: true });
  const next = await under.open();
  expect(await next.leftBehind({ task: 1, attempt: 1 })).toEqual({ id: null, event: null });
});
