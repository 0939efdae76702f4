import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { storeUnderTest, type StoreUnderTest } from './store-under-test.ts';
import { imageOf, type Image } from './walked.ts';

type Change = (folder: string) => void;

const LINES = Array.from({ length: 30 }, (_, index) => `line ${String(index)}\n`);
const files =
  (of: Record<string, string | Buffer | null>): Change =>
  (folder) => {
    for (const [path, content] of Object.entries(of)) {
      rmSync(join(folder, path), { recursive: true, force: true });
      if (content === null) continue;
      mkdirSync(join(folder, path, '..'), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
  };
const line = (number: number, text: string) => LINES.with(number, `${text}\n`).join('');

/** Makes a workspace empty again, and then what the changes say. */
async function taken(
  { workspace, takeAll }: StoreUnderTest,
  label: string,
  ...changes: Change[]
): Promise<string> {
  rmSync(workspace, { recursive: true });
  mkdirSync(workspace);
  for (const change of changes) change(workspace);
  return (await takeAll(label)).id;
}

/** Merges two changes of one beginning; where that is clean, the workspace is the merged one then. */
async function merged(
  begin: Change,
  one: Change,
  other: Change,
): Promise<{ conflicts: string[]; image: Image }> {
  const under = await storeUnderTest();
  const base = await taken(under, 'base', begin);
  const ours = await taken(under, 'ours', begin, one);
  const theirs = await taken(under, 'theirs', begin, other);
  const { snapshot, conflicts } = await under.store.merge({ base, ours, theirs }, 'merged');
  if (!snapshot) return { conflicts, image: new Map() };
  rmSync(under.workspace, { recursive: true });
  mkdirSync(under.workspace);
  const empty = { changed: [], removed: [], folders: [], previous: null };
  const restored = await under.store.restore({
    folder: under.workspace,
    ...empty,
    label: 'left',
    to: snapshot.id,
  });
  expect(restored.kept).toEqual([]);
  const image = imageOf(under.workspace);
  const contents = [...image.values()].filter((what) => !what.startsWith('folder'));
  expect(snapshot.files).toBe(contents.length);
  const bytes = contents.map((what) => what.replace(/^(?:file \d+|link) /, '').length);
  expect(snapshot.bytes).toBe(bytes.reduce((sum, size) => sum + size, 0));
  return { conflicts, image };
}

describe('a merge of two snapshots', () => {
  it('has the changes of both, in different files and in one', async () => {
    const { conflicts, image } = await merged(
      files({ a: LINES.join(''), gone: 'x', 'in/it': '1' }),
      files({ a: line(2, 'two'), new: 'n', gone: null }),
      files({ a: line(20, 'twenty'), 'deep/er/file': 'd', 'in/it': '2' }),
    );
    expect(conflicts).toEqual([]);
    expect([...image.keys()]).toEqual(['a', 'deep', 'deep/er', 'deep/er/file', 'in', 'in/it', 'new']);
    expect(image.get('a')).toContain('two\n');
    expect(image.get('a')).toContain('twenty\n');
  });

  it('is the other side, where one has changed nothing, and one of them, where both have done the same', async () => {
    const change = files({ a: 'b', 'c/d': 'e' });
    const { image } = await merged(files({ a: 'a' }), () => undefined, change);
    expect([...image.keys()]).toEqual(['a', 'c', 'c/d']);
    expect((await merged(files({ a: 'a' }), change, change)).image).toEqual(image);
  });

  it('keeps permissions, links, empty folders and strange names of both', async () => {
    const { conflicts, image } = await merged(
      files({ a: '1', tool: '#!' }),
      (folder) => {
        chmodSync(join(folder, 'tool'), 0o755);
        mkdirSync(join(folder, 'empty'), { mode: 0o700 });
      },
      (folder) => {
        symlinkSync('a', join(folder, 'link'));
        files({ 'new\nline': 'x', '"q"/é': 'y' })(folder);
        chmodSync(join(folder, 'a'), 0o600);
      },
    );
    expect(conflicts).toEqual([]);
    expect(image.get('tool')).toBe('file 755 #!');
    expect(image.get('a')).toBe('file 600 1');
    expect(image.get('link')).toBe('link a');
    expect(image.get('empty')).toBe('folder 700');
    expect(image.get('new\nline')).toContain('x');
  });

  it('keeps a folder that one side has emptied and the other has filled', async () => {
    const { image } = await merged(files({ 'in/a': '1' }), files({ 'in/b': '2' }), files({ in: null }));
    expect([...image.keys()]).toEqual(['in', 'in/b']);
  });

  it.each<[string, Change, Change, Change, string[]]>([
    [
      'the same line',
      files({ a: LINES.join('') }),
      files({ a: line(3, 'x') }),
      files({ a: line(3, 'y') }),
      ['a'],
    ],
    [
      'a binary file',
      files({ a: Buffer.from([0, 1]) }),
      files({ a: Buffer.from([0, 2]) }),
      files({ a: Buffer.from([0, 3]) }),
      ['a'],
    ],
    ['a changed and a removed file', files({ a: 'x\n' }), files({ a: 'y\n' }), files({ a: null }), ['a']],
    ['two files of one name', () => undefined, files({ b: '1\n' }), files({ b: '2\n' }), ['b']],
    [
      'two renames of one file',
      files({ a: LINES.join('') }),
      files({ a: null, b: LINES.join('') }),
      files({ a: null, c: LINES.join('') }),
      ['a', 'b', 'c'],
    ],
    [
      'two modes of a new file',
      () => undefined,
      files({ t: 'x' }),
      (folder) => {
        files({ t: 'x' })(folder);
        chmodSync(join(folder, 't'), 0o755);
      },
      ['t'],
    ],
  ])('names the conflict of %s, and makes nothing', async (_, begin, one, other, expected) => {
    expect((await merged(begin, one, other)).conflicts.toSorted()).toEqual(expected);
  });

  it('takes no similar new files of both sides for renames of what both have removed', async () => {
    const { conflicts, image } = await merged(
      files({ a: LINES.join('') }),
      files({ a: null, b: line(3, 'x') }),
      files({ a: null, c: line(5, 'y') }),
    );
    expect(conflicts).toEqual([]);
    expect([...image.keys()].toSorted()).toEqual(['b', 'c']);
  });

  it('follows a file that one side has moved and the other has changed', async () => {
    const { image } = await merged(
      files({ a: LINES.join('') }),
      files({ a: null, b: LINES.join('') }),
      files({ a: line(3, 'x') }),
    );
    expect([...image.keys()]).toEqual(['b']);
    expect(image.get('b')).toContain('x');
  });

  it('names the conflict of a file and a folder', async () => {
    const { conflicts } = await merged(() => undefined, files({ x: 'file' }), files({ 'x/y': 'in it' }));
    expect(conflicts.some((path) => path.startsWith('x'))).toBe(true);
  });

  it('is not influenced by what the workspace says of merges', async () => {
    const { conflicts } = await merged(
      files({ a: LINES.join(''), '.gitattributes': '* merge=union\n' }),
      files({ a: line(3, 'x') }),
      files({ a: line(3, 'y') }),
    );
    expect(conflicts).toEqual(['a']);
  });

  it('refuses what is no snapshot', async () => {
    const under = await storeUnderTest();
    const base = await taken(under, 'base', files({ a: '1' }));
    await expect(under.store.merge({ base, ours: base, theirs: 'f'.repeat(40) }, 'x')).rejects.toMatchObject({
      fault: 'unknown_snapshot',
    });
  });
});
