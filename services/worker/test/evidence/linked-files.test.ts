import { existsSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { list, put } from './copies-under-test.ts';

const FILES = {
  a: 'a\n',
  '.gitignore': 'out\n.env\n',
  '.env': 'SECRET=1\n',
  'node_modules/m/index.js': 'm\n',
  'in/node_modules/n/index.js': 'n\n',
  'out/big': 'b\n',
};

it('links and copies into copies what the list names, and nothing else of what snapshots leave out', async () => {
  const under = list([[], []], FILES, { copies: { link: ['node_modules'], copy: ['.env'] } });
  symlinkSync('/etc', join(under.main, 'node_modules', 'etc'));
  const run = await under.open();
  const { workspace } = await under.attempt(run, 1, {});
  const at = (path: string) => join(workspace, path);
  expect(existsSync(at('out'))).toBe(false);
  expect(readFileSync(at('.env'), 'utf8')).toBe('SECRET=1\n');
  expect(statSync(at('.env')).nlink).toBe(1);
  for (const path of ['node_modules/m/index.js', 'in/node_modules/n/index.js'])
    expect(statSync(at(path)).ino).toBe(statSync(join(under.main, path)).ino);
  // What is made, replaced or removed is that of the copy alone.
  put(workspace, { 'node_modules/m/index.js': 'mine\n', 'node_modules/new/index.js': 'new\n' });
  rmSync(at('in/node_modules'), { recursive: true });
  rmSync(at('node_modules/etc'));
  expect(under.read('node_modules/m/index.js')).toBe('m\n');
  expect(under.read('in/node_modules/n/index.js')).toBe('n\n');
  expect(existsSync('/etc/passwd')).toBe(true);
  const { workspace: other } = await under.attempt(run, 2, {});
  expect(existsSync(join(other, 'node_modules/new'))).toBe(false);
});

it('names what was written in place to files that others have too', async () => {
  const under = list([[], []], FILES, { copies: { link: ['node_modules'] } });
  const [old, since] = [new Date(Date.now() - 3_600_000), new Date(Date.now() - 1_800_000)];
  for (const path of ['node_modules/m/index.js', 'in/node_modules/n/index.js'])
    utimesSync(join(under.main, path), old, old);
  const run = await under.open();
  const { workspace } = await under.attempt(run, 1, {});
  expect(readFileSync(join(workspace, 'out/big'), 'utf8')).toBe('b\n');
  expect(await run.copies.writtenInPlace(1, since)).toBeNull();
  writeFileSync(join(workspace, 'node_modules/m/index.js'), 'written\n');
  writeFileSync(join(workspace, 'out/big'), 'written\n');
  expect(under.read('node_modules/m/index.js')).toBe('written\n');
  expect(under.read('out/big')).toBe('b\n');
  expect(await run.copies.writtenInPlace(1, since)).toContain('1 file that its copy shares');
});
