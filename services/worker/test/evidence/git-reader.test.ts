import { LocalLauncher } from '@cc-executor/agents';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GitReader } from '../../src/evidence/git-reader.ts';

let root: string;
const reader = new GitReader(new LocalLauncher().launch, process.env['PATH'] ?? '');
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'cc-git-')));
});
afterAll(() => rm(root, { recursive: true, maxRetries: 10 }));

const git = (cwd: string, ...args: string[]) => {
  const env = { PATH: process.env['PATH'], HOME: root, GIT_CONFIG_NOSYSTEM: '1' };
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  return execFileSync('git', [...who, ...args], { cwd, env, encoding: 'utf8' }).trim();
};

async function repository(name: string): Promise<string> {
  const path = join(root, name);
  await mkdir(path);
  git(path, 'init', '--quiet');
  return path;
}

it('knows what is checked out, and how much one commit differs from another', async () => {
  const path = await repository('plain');
  expect(await reader.isRepository(path)).toBe(true);
  expect(await reader.commit(path)).toBeNull();
  await writeFile(join(path, 'a'), '1\n2\n3\n');
  git(path, 'add', '.');
  git(path, 'commit', '--quiet', '-m', 'one');
  const before = await reader.commit(path);
  expect(before).toBe(git(path, 'rev-parse', 'HEAD'));
  await writeFile(join(path, 'a'), '1\n3\n');
  await writeFile(join(path, 'b'), 'x\ny\n');
  git(path, 'add', '.');
  git(path, 'commit', '--quiet', '-m', 'two');
  const after = await reader.commit(path);
  expect(await reader.diff(path, before ?? '', after ?? '')).toEqual({
    files: 2,
    insertions: 2,
    deletions: 1,
  });
});

it('runs nothing that the repository names', async () => {
  const path = await repository('hostile');
  const trap = join(root, 'trapped');
  await writeFile(join(path, 'a'), '1\n');
  git(path, 'add', '.');
  git(path, 'commit', '--quiet', '-m', 'one');
  const before = git(path, 'rev-parse', 'HEAD');
  await writeFile(join(path, 'a'), '2\n');
  git(path, 'commit', '--quiet', '-a', '-m', 'two');
  const spring = `sh -c 'touch ${trap}; cat'`;
  for (const name of ['diff.external', 'core.fsmonitor', 'core.pager', 'core.sshCommand', 'core.editor'])
    git(path, 'config', name, spring);
  for (const name of ['command', 'textconv', 'process']) git(path, 'config', `diff.spring.${name}`, spring);
  for (const name of ['clean', 'smudge', 'process']) git(path, 'config', `filter.spring.${name}`, spring);
  await writeFile(join(path, '.gitattributes'), '* diff=spring filter=spring\n');
  await writeFile(join(path, '.git/hooks/post-index-change'), `#!/bin/sh\ntouch ${trap}\n`, { mode: 0o755 });
  const after = await reader.commit(path);
  expect(await reader.diff(path, before, after ?? '')).toEqual({ files: 1, insertions: 1, deletions: 1 });
  expect(existsSync(trap)).toBe(false);
});

it('takes no repository above the workspace for its own, and a broken one for none', async () => {
  const outer = await repository('outer');
  await writeFile(join(outer, 'a'), '1\n');
  git(outer, 'add', '.');
  git(outer, 'commit', '--quiet', '-m', 'one');
  const inner = join(outer, 'inner');
  await mkdir(join(inner, '.git'), { recursive: true });
  expect(await reader.commit(inner)).toBeNull();
  const empty = join(outer, 'empty');
  await mkdir(empty);
  expect(await reader.isRepository(empty)).toBe(false);
});
