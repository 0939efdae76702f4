import { access, lstat, mkdir, mkdtemp, open, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTemp } from '../src/attempts/attempt-temp.ts';
import { watchTemp } from '../src/attempts/temp-watch.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cc-temp-'));
});
afterAll(async () => rm(root, { recursive: true, maxRetries: 10, force: true }));

const record = (id: string) => ({ uuid: id, execution_id: id });

describe('the directory for temporary files of an attempt', () => {
  it('is for its user alone, and removed with what is in it', async () => {
    const { variables, remove } = await openTemp(record('one'), root);
    const path = variables['TMPDIR'] ?? '';
    expect((await lstat(path)).mode & 0o777).toBe(0o700);
    await mkdir(join(path, 'claude-0'));
    await writeFile(join(path, 'claude-0', 'output'), 'x');
    await remove();
    await expect(access(path)).rejects.toThrow('ENOENT');
  });

  it('begins empty, whatever an attempt whose worker died has left', async () => {
    const first = await openTemp(record('two'), root);
    await writeFile(join(first.variables['TMPDIR'] ?? '', 'left'), 'x');
    const second = await openTemp(record('two'), root);
    expect(second.variables).toEqual(first.variables);
    expect(await readdir(second.variables['TMPDIR'] ?? '')).toEqual([]);
    await second.remove();
  });

  it('is not used where something else has its name: that stays, and what a link leads to', async () => {
    const { variables, remove } = await openTemp(record('three'), root);
    await remove();
    await mkdir(join(root, 'elsewhere'));
    await writeFile(join(root, 'elsewhere', 'kept'), 'x');
    await symlink(join(root, 'elsewhere'), variables['TMPDIR'] ?? '');
    const other = await openTemp(record('three'), root);
    expect(other.variables).toEqual({});
    await other.remove();
    expect(await readdir(join(root, 'elsewhere'))).toEqual(['kept']);
  });

  it('is reported once when its files take more than they may; a file with holes and a link take little', async () => {
    const path = await mkdtemp(join(root, 'full-'));
    const outside = join(root, 'large');
    await writeFile(outside, Buffer.alloc(4_000_000));
    await symlink(outside, join(path, 'link'));
    const holes = await open(join(path, 'holes'), 'w');
    await holes.truncate(100_000_000);
    await holes.close();
    let full = 0;
    const end = watchTemp(path, 2_000_000, () => (full += 1));
    await mkdir(join(path, 'deep/er'), { recursive: true });
    await writeFile(join(path, 'deep/er/small'), Buffer.alloc(1_500_000, 1));
    const looks = watchTemp(path, 1_000_000, () => (full += 10));
    await expect.poll(() => full).toBe(10);
    await writeFile(join(path, 'deep/more'), Buffer.alloc(1_500_000, 1));
    await expect.poll(() => full).toBe(11);
    await end();
    await looks();
  });
});
