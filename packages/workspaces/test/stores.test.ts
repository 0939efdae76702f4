import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import {
  findSnapshot,
  openSnapshots,
  patchReader,
  snapshotCheck,
  type PatchSpan,
  snapshotFolder,
  snapshotLabel,
  SnapshotStores,
} from '../src/index.ts';
import { BOUNDS } from './store-under-test.ts';
import { imageOf, stateSince } from './walked.ts';

const fail = (error: unknown) => {
  throw error;
};
const NEVER = new AbortController().signal;

function stores() {
  const root = mkdtempSync(join(tmpdir(), 'cc-stores-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [workspace, folder] = [join(root, 'workspace'), join(root, 'snapshots')];
  mkdirSync(workspace);
  const all = new SnapshotStores(folder, { bounds: BOUNDS });
  const of = (uuid: string) => ({ execution_id: uuid, uuid, workspace: 'named', workspace_path: 'named' });
  const take = async (uuid: string, content: string) => {
    writeFileSync(join(workspace, 'file'), content);
    const store = await all.open(of(uuid));
    const place = { execution: uuid, task: 1, attempt: 1, when: 'after' } as const;
    const state = stateSince(null, imageOf(workspace));
    const label = snapshotLabel(place);
    const { id } = await store.take({ folder: workspace, ...state, previous: null, label });
    await store.close();
    return { id, place };
  };
  return { root, folder, all, of, take };
}

it('removes the snapshots of one execution, and keeps those of others in the same workspace', async () => {
  const { all, of, take, folder } = stores();
  const [first, second] = [await take('first', '1'), await take('second', '2')];
  await all.forget(of('first'));
  await all.tidy(fail, NEVER);
  const store = await all.open(of('second'));
  onTestFinished(async () => await store.close());
  expect(findSnapshot(store.labels(), first.place)).toBeNull();
  expect(findSnapshot(store.labels(), second.place)).toBe(second.id);
  await expect(store.files(first.id)).rejects.toMatchObject({ fault: 'unknown_snapshot' });
  expect((await store.files(second.id)).map(({ name }) => name)).toEqual(['file']);
  expect(readdirSync(folder)).toHaveLength(1);
});

it('removes the whole store with the last execution, and makes a new one when it is needed again', async () => {
  const { all, of, take, folder } = stores();
  await take('first', '1');
  await all.forget(of('first'));
  expect(await all.openExisting(of('first'))).toBeNull();
  await all.forget(of('first'));
  await all.tidy(fail, NEVER);
  expect(readdirSync(folder)).toEqual([]);
  const { id, place } = await take('first', '1');
  const store = await all.open(of('first'));
  onTestFinished(async () => await store.close());
  expect(findSnapshot(store.labels(), place)).toBe(id);
});

it('has nothing any more for a reader that was there before the store was removed', async () => {
  const { all, of, take, folder } = stores();
  const { id } = await take('first', '1');
  const reader = await openSnapshots(snapshotFolder(folder, of('first')));
  await all.forget(of('first'));
  await expect(reader.files(id)).rejects.toMatchObject({ fault: 'unknown_snapshot' });
  await expect(reader.archive(id).next()).rejects.toMatchObject({ fault: 'unknown_snapshot' });
  expect(reader.labels().size).toBe(0);
});

it('takes no snapshot for what an attempt has left but the one after it', () => {
  const at = (attempt: number, when: 'before' | 'after', task = 1) => ({
    execution: 'one',
    task,
    attempt,
    when,
  });
  const labels = new Map([
    [snapshotLabel(at(1, 'before')), 'a'],
    [snapshotLabel(at(2, 'before')), 'b'],
    [snapshotLabel(at(2, 'after')), 'c'],
    [snapshotLabel(at(1, 'before', 2)), 'd'],
  ]);
  expect(findSnapshot(labels, at(1, 'after'))).toBeNull();
  expect(findSnapshot(labels, at(2, 'after'))).toBe('c');
  expect(findSnapshot(labels, at(1, 'after', 2))).toBeNull();
  expect(findSnapshot(labels, at(3, 'before'))).toBeNull();
});

it('removes later what a tidying that was cut off has not', async () => {
  const { all, of, take, folder } = stores();
  const first = await take('first', '1');
  await take('second', '2');
  await all.forget(of('first'));
  const store = snapshotFolder(folder, of('second'));
  const config = join(store, 'objects.git', 'config');
  const before = readFileSync(config);
  writeFileSync(config, 'broken [');
  const faults: unknown[] = [];
  await all.tidy((error) => faults.push(error), NEVER);
  expect(faults).toHaveLength(1);
  writeFileSync(config, before);
  await all.tidy(fail, NEVER);
  const reader = await openSnapshots(store);
  await expect(reader.files(first.id)).rejects.toMatchObject({ fault: 'unknown_snapshot' });
  expect(readdirSync(store).filter((name) => name.startsWith('untidy'))).toEqual([]);
});

it('passes over a store that cannot be tidied up', async () => {
  const { all, of, take, folder } = stores();
  await take('first', '1');
  await take('second', '2');
  await all.forget(of('first'));
  mkdirSync(join(folder, '0000', 'objects.git'), { recursive: true });
  writeFileSync(join(folder, '0000', 'untidy'), '');
  mkdirSync(join(folder, '0000', 'lock'));
  const faults: unknown[] = [];
  await all.tidy((error) => faults.push(error), NEVER);
  expect(faults).toHaveLength(1);
  const [name = ''] = readdirSync(folder).filter((each) => each !== '0000');
  expect(existsSync(join(folder, name, 'untidy'))).toBe(false);
});

it('packs again what has become many packs', async () => {
  const { all, of, take, folder } = stores();
  const repository = join(snapshotFolder(folder, of('first')), 'objects.git');
  const packs = () =>
    readdirSync(join(repository, 'objects/pack')).filter((name) => name.endsWith('.pack')).length;
  const ids: string[] = [];
  for (let number = 0; number < 10; number += 1) {
    ids.push((await take(String(number), `text ${String(number)}`)).id);
    execFileSync('git', ['--git-dir', repository, 'repack', '-d', '-q']);
  }
  expect(packs()).toBe(10);
  await all.tidy(fail, NEVER);
  expect(packs()).toBeLessThan(5);
  const store = await all.open(of('first'));
  onTestFinished(async () => await store.close());
  expect(await store.notWhole(ids)).toEqual(new Set());
});

it('reads no patch when nobody waits for it, and one when somebody does', async () => {
  const { all, of, folder, root } = stores();
  const store = await all.open(of('first'));
  onTestFinished(async () => await store.close());
  const take = async (when: 'before' | 'after', content: string) => {
    writeFileSync(join(root, 'workspace', 'file'), content);
    const state = stateSince(null, imageOf(join(root, 'workspace')));
    const label = snapshotLabel({ execution: 'first', task: 1, attempt: 1, when });
    return (await store.take({ folder: join(root, 'workspace'), ...state, previous: null, label })).id;
  };
  const span = { before: await take('before', 'one\n'), after: await take('after', 'two\n') };
  const place = { execution: 'first', task: 1, attempt: 1, ...span };
  const read = patchReader({ folder, path: process.env['PATH'] });
  const patches = async (spans: PatchSpan[], most: number, signal: AbortSignal) =>
    (await Array.fromAsync(read(spans, most, signal))).map((patch) => patch?.toString() ?? null);
  const other = { ...place, execution: 'unknown' };
  const missing = { ...place, after: '1234'.repeat(10) };
  const [whole, ...others] = await patches([place, other, missing, place, back(place)], 1000, NEVER);
  expect(whole).toMatch(/^diff --git a\/file b\/file\n[^]*\n-one\n\+two\n$/);
  expect(others).toEqual([null, null, whole, expect.stringMatching(/-two\n\+one\n$/)]);
  expect(await patches([place, place], 20, NEVER)).toEqual([whole?.slice(0, 20), whole?.slice(0, 20)]);
  const large = {
    ...place,
    before: await take('before', ''),
    after: await take('after', 'x\n'.repeat(2 ** 22)),
  };
  expect(await patches([place, large, place], 10, NEVER)).toEqual(['diff --git', 'diff --git', 'diff --git']);
  await expect(patches([place], 1000, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  const reader = await openSnapshots(snapshotFolder(folder, of('first')));
  const ids = Object.values(span);
  const first = { execution: 'first', task: 1, attempt: 1, when: 'after' } as const;
  const unknown = { ...first, execution: 'unknown' };
  const check = snapshotCheck({ folder, path: process.env['PATH'], contents: true });
  expect(await check(ids, first)).toEqual(new Set());
  expect(await check([...ids, '1234'.repeat(10)], first)).toEqual(new Set(['1234'.repeat(10)]));
  expect(await check(ids, unknown)).toEqual(new Set(ids));
  expect(await snapshotCheck({ folder, path: '/nonexistent', contents: false })(ids, first)).toEqual(
    new Set(),
  );
  expect(await reader.missing([...ids, '1234'.repeat(10)])).toEqual(new Set(['1234'.repeat(10)]));
  expect(await reader.notWhole(ids, { signal: NEVER })).toEqual(new Set());
  await expect(reader.notWhole(ids, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
});

function back({ before, after, ...place }: PatchSpan): PatchSpan {
  return { ...place, before: after, after: before };
}
