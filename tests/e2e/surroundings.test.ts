import { INSTALLATION_ROOT } from '@cc-executor/service-kit';
import { say, startScriptedModel, turnOf, useTool } from '@cc-executor/testkit';
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

// The workspaces lie inside of somebody's project, and the stack is started as npm starts it there.

/** Writes down where it runs, what git finds above it, and its environment. */
const LOOK =
  'git rev-parse --show-toplevel > top.txt 2>&1; git log --oneline > log.txt 2>&1; env > env.txt; true';

let project: string;
let hooks: string;
let under: StackUnderTest;
let model: Awaited<ReturnType<typeof startScriptedModel>>;
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd: project,
    encoding: 'utf8',
  });

beforeAll(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'cc-project-')));
  hooks = await mkdtemp(join(tmpdir(), 'cc-project-hooks-'));
  await writeFile(join(project, 'package.json'), '{"name":"outer","version":"1.0.0","type":"module"}');
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '-m', 'of the outer project');
  await writeFile(join(hooks, 'look'), `#!/bin/sh\n${LOOK}\n`);
  await chmod(join(hooks, 'look'), 0o755);
  const entry = { command: './look' };
  await writeFile(join(hooks, 'hooks.json'), JSON.stringify({ hooks: { pre_task: [entry] } }));
  model = await startScriptedModel({
    script: (request) => (turnOf(request) === 0 ? useTool('Bash', { command: LOOK }) : say('Done.')),
  });
  under = await startStackUnderTest({
    CC_EXECUTOR_WORKSPACES_DIR: join(project, 'build/workspaces'),
    CC_EXECUTOR_HOOKS_DIR: hooks,
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: model.url,
    PATH: `${join(INSTALLATION_ROOT, 'node_modules/.bin')}:${join(project, 'node_modules/.bin')}:${String(process.env['PATH'])}`,
    INIT_CWD: project,
    npm_lifecycle_event: 'start',
    npm_config_local_prefix: project,
    npm_package_name: 'outer',
    NODE: '/nowhere/node',
    GIT_CEILING_DIRECTORIES: '/of/the/user',
    GIT_DIR: join(project, '.git'),
  });
});
afterAll(async () => {
  await under.stop();
  await model.close();
  for (const folder of [project, hooks]) await rm(folder, { recursive: true, maxRetries: 10 });
});

async function expectInside(folder: string): Promise<void> {
  for (const name of ['top.txt', 'log.txt'])
    expect(await readFile(join(folder, name), 'utf8')).toContain('not a git repository');
  const lines = (await readFile(join(folder, 'env.txt'), 'utf8')).split('\n');
  const names = lines.map((line) => line.split('=')[0] ?? '');
  expect(names.filter((name) => /^(npm_|INIT_CWD$|NODE$|GIT_DIR$)/.test(name))).toEqual([]);
  const path = lines.find((line) => line.startsWith('PATH=')) ?? '';
  expect(path).not.toContain(join(INSTALLATION_ROOT, 'node_modules'));
  expect(path).not.toContain(join(project, 'node_modules'));
  expect(lines).toContainEqual(
    expect.stringMatching(`^GIT_CEILING_DIRECTORIES=/of/the/user:${project}/build/workspaces:`),
  );
}

describe('what runs in a workspace', () => {
  it.each([
    ['a command', { command: LOOK }],
    ['a tool of an agent', 'Look around.'],
    ['a check', { command: 'true', checks: [LOOK] }],
  ])('%s finds neither the project around it nor what its start brought along', async (_, task) => {
    const id = await under.submit({ tasks: [task] });
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    await expectInside(join(project, 'build/workspaces', id));
  });

  // Proves: project-around-unchanged
  it('changes nothing of the project around it', async () => {
    await writeFile(join(project, 'mine.txt'), 'not committed yet');
    git('add', 'mine.txt');
    const command = 'git add -A; git commit -am stolen; npm pkg get name > name.txt 2>&1; true';
    const id = await under.submit({ tasks: [{ command }] });
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    expect(git('log', '--format=%s')).toBe('of the outer project\n');
    expect(git('status', '--short', '--', 'mine.txt')).toBe('A  mine.txt\n');
  });

  it('has repositories of its own as ever, also in folders below them', async () => {
    const command =
      'git init --quiet repo && mkdir -p repo/deep && cd repo/deep && git rev-parse --show-toplevel > top.txt';
    const id = await under.submit({ tasks: [{ command }] });
    await under.ended(id);
    const repository = join(project, 'build/workspaces', id, 'repo');
    expect(await readFile(join(repository, 'deep/top.txt'), 'utf8')).toBe(`${repository}\n`);
  });

  it('is logged by the worker, with the setting to change', async () => {
    const log = await readFile(join(under.folder, 'data/logs/worker.log'), 'utf8');
    expect(log).toContain(`look upwards find ${project}/.git and ${project}/package.json`);
    expect(log).toContain('CC_EXECUTOR_WORKSPACES_DIR');
  });

  it('gives hooks the same', async () => {
    await expectInside(hooks);
  });
});
