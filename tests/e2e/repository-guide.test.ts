import { firstUserTexts, say, startScriptedModel, turnOf, useTool } from '@cc-executor/testkit';
import { execFile, execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { startStackUnderTest } from './stack-under-test.ts';

const ROOT = join(import.meta.dirname, '../..');

// Proves: users-repository-is-left
it('the guide about repositories does what it says, block by block', async () => {
  const text = await readFile(join(ROOT, 'docs/guides/repository.md'), 'utf8');
  const blocks = [...text.matchAll(/^(`{3,4})sh\n(.*?)^\1$/gms)].map(([, , block = '']) => block);
  expect(blocks).toHaveLength(5);
  const home = await mkdtemp(join(tmpdir(), 'cc-guide-'));
  const model = await startScriptedModel({
    script: (request) => {
      if (turnOf(request) > 0) return say('Done.');
      const isSecond = (firstUserTexts(request).at(-1) ?? '').includes('French');
      return useTool('Bash', {
        command: isSecond ? 'echo Bonjour > french.txt' : 'echo Hello > greeting.txt',
      });
    },
  });
  const under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
  try {
    const [bin, project] = [join(home, 'bin'), join(home, 'project')];
    await mkdir(bin);
    await mkdir(project);
    const command = join(bin, 'cc-executor');
    await writeFile(
      command,
      `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/packages/cli/src/main.ts" "$@"\n`,
    );
    await chmod(command, 0o755);
    const env = {
      HOME: home,
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      CC_EXECUTOR_URL: under.stack.apiUrl,
      GIT_AUTHOR_NAME: 'A User',
      GIT_AUTHOR_EMAIL: 'user@example.org',
      GIT_COMMITTER_NAME: 'A User',
      GIT_COMMITTER_EMAIL: 'user@example.org',
    };
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: project, env, encoding: 'utf8' }).trim();
    git('init', '-q', '-b', 'main');
    git('commit', '-q', '--allow-empty', '-m', 'first');
    const run = async (block: string) =>
      (await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', block], { cwd: project, env })).stdout;
    const [write = '', submit = '', look = '', branch = '', merge = ''] = blocks;
    await run(write);
    expect(await run(submit)).toContain('tonight');
    await under.ended('tonight', 120);
    expect(git('status', '--porcelain')).toBe('');
    expect(await run(look)).toContain('2/2');
    const shown = await run(branch);
    expect(shown).toContain('Write the greeting');
    expect(shown).toContain('Execution: tonight');
    expect(shown).toContain('+Bonjour');
    await run(merge);
    expect(git('log', '--format=%s').split('\n')).toEqual(['Translate it', 'Write the greeting', 'first']);
    expect(git('branch', '--format=%(refname:short)')).toBe('main');
  } finally {
    await under.stop();
    await model.close();
    await rm(home, { recursive: true, maxRetries: 10 });
  }
}, 200_000);

it('its override for Docker mounts a repository where the services look for it', async () => {
  const text = await readFile(join(ROOT, 'docs/guides/repository.md'), 'utf8');
  const own = parse(await readFile(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as Compose;
  const block = [...text.matchAll(/^ {2}```yaml\n(.*?)^ {2}```$/gms)].map(([, found = '']) => found);
  expect(block).toHaveLength(1);
  const { services } = parse(block[0] ?? '') as Compose;
  expect(Object.keys(services)).toEqual(['api', 'worker']);
  const [, folder] = /`(CC_EXECUTOR_REPOSITORIES)=(?<folder>[^`]+)`/.exec(text)?.slice(1) ?? [];
  for (const { volumes } of Object.values(services)) expect(volumes).toEqual([`${folder}:${folder}`]);
  expect(own.services['api']?.environment).toHaveProperty('CC_EXECUTOR_REPOSITORIES');
  expect(own.services).toHaveProperty('worker');
});

interface Compose {
  services: Record<string, { volumes: string[]; environment?: object }>;
}
