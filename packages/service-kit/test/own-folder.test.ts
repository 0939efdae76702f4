import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeOwnFolder } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'kit-own-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ignoreOf = (path: string) => readFileSync(join(path, '.gitignore'), 'utf8');

test('a folder that is made here is ignored by git, with the mode that it is to have', async () => {
  const path = join(folder, 'a/data');
  await makeOwnFolder(path, { mode: 0o700 });
  expect(ignoreOf(path)).toBe('*\n');
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(existsSync(join(folder, 'a/.gitignore'))).toBe(false);
  writeFileSync(join(path, '.gitignore'), 'mine\n');
  await makeOwnFolder(path, { sign: '.gitignore' });
  expect(ignoreOf(path)).toBe('mine\n');
});

test('one of the user’s stays as it is, one of an earlier run is ignored from now on', async () => {
  const path = join(folder, 'theirs');
  mkdirSync(path);
  await makeOwnFolder(path, { sign: 'id' });
  expect(existsSync(join(path, '.gitignore'))).toBe(false);
  writeFileSync(join(path, 'id'), 'an-installation');
  await makeOwnFolder(path, { sign: 'id' });
  expect(ignoreOf(path)).toBe('*\n');
  const repository = join(folder, 'repository');
  mkdirSync(join(repository, '.git'), { recursive: true });
  writeFileSync(join(repository, 'id'), 'an-installation');
  await makeOwnFolder(repository, { sign: 'id' });
  expect(existsSync(join(repository, '.gitignore'))).toBe(false);
});
