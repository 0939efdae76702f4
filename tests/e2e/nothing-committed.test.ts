import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

// Data, keys and workspaces lie inside of somebody's repository.

let project: string;
let under: StackUnderTest;
const git = (...args: string[]) => execFileSync('git', args, { cwd: project, encoding: 'utf8' });

beforeAll(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'cc-committed-')));
  git('init', '--quiet');
  await mkdir(join(project, 'mine'));
  await writeFile(join(project, 'mine/notes.txt'), '');
  under = await startStackUnderTest({
    CC_EXECUTOR_DATA_DIR: join(project, 'data'),
    CC_EXECUTOR_KEYS_DIR: join(project, 'config/keys'),
    CC_EXECUTOR_WORKSPACES_DIR: join(project, 'work'),
  });
});
afterAll(async () => {
  await under.stop();
  await rm(project, { recursive: true, maxRetries: 10 });
});

// Proves: project-around-unchanged
it('"git add -A" in a project takes up neither keys nor data nor workspaces of cc-executor', async () => {
  const id = await under.submit({ tasks: [{ command: 'echo needle > made.txt' }] });
  expect(await under.ended(id)).toMatchObject({ status: 'completed' });
  git('add', '-A');
  expect(git('ls-files').split('\n')).toEqual(['mine/notes.txt', '']);
  expect(await readFile(join(project, 'data/.gitignore'), 'utf8')).toBe('*\n');
  expect(await readFile(join(project, 'work', id, 'made.txt'), 'utf8')).toBe('needle\n');
});

it('a repository in a workspace takes up its own files as ever', async () => {
  const command = 'git init --quiet && echo 1 > a.txt && git add -A && git ls-files > listed';
  const id = await under.submit({ tasks: [{ command }] });
  expect(await under.ended(id)).toMatchObject({ status: 'completed' });
  expect(await readFile(join(project, 'work', id, 'listed'), 'utf8')).toBe('a.txt\n');
});
