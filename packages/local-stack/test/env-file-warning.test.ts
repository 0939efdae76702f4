import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { envFileWarning } from '../src/env-file-warning.ts';
import { newFolder } from './helpers/folder.ts';

const env = { PATH: process.env['PATH'], GIT_DIR: '/nowhere' };

function projectWith(envFile: string, ...files: string[]): string {
  const folder = newFolder();
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  writeFileSync(join(folder, '.env'), envFile);
  for (const name of files) writeFileSync(join(folder, name), name === '.gitignore' ? '.env\n' : '');
  return folder;
}

test('a .env with a credential that git would take up is warned of, without the credential', () => {
  const folder = projectWith('ANTHROPIC_API_KEY=sk-hush\nLOG_LEVEL=info\n');
  expect(envFileWarning(folder, env)).toEqual({
    what: `${folder}/.env has a credential (ANTHROPIC_API_KEY) and is not ignored by git: the next "git add -A" takes it up.`,
    cure: 'Run: echo .env >> .gitignore',
  });
  const withRedis = projectWith('REDIS_URL=redis://:hush@redis.example.com\n');
  expect(envFileWarning(withRedis, env)?.what).toMatch(/\(REDIS_URL\) and is not ignored/);
  const others = 'HTTPS_PROXY=http://me:hush@proxy\nANTHROPIC_CUSTOM_HEADERS="x-key: hush"\n';
  expect(envFileWarning(projectWith(others), env)?.what).toMatch('(ANTHROPIC_CUSTOM_HEADERS, HTTPS_PROXY)');
});

test('one that git has is warned of, also where it is ignored by now', () => {
  const folder = projectWith('CLAUDE_CODE_OAUTH_TOKEN=hush\n');
  execFileSync('git', ['add', '.env'], { cwd: folder });
  writeFileSync(join(folder, '.gitignore'), '.env\n');
  expect(envFileWarning(folder, env)?.what).toMatch(/is tracked by git\.$/);
});

test('one that is ignored, without a credential, or in no repository is no reason to warn', () => {
  expect(envFileWarning(projectWith('ANTHROPIC_API_KEY=sk-hush\n', '.gitignore'), env)).toBeNull();
  const without =
    'CC_EXECUTOR_API_PORT=9000\n# ANTHROPIC_API_KEY=\nANTHROPIC_API_KEY=\nREDIS_URL=redis://host\n';
  expect(envFileWarning(projectWith(without), env)).toBeNull();
  const folder = newFolder();
  writeFileSync(join(folder, '.env'), 'ANTHROPIC_API_KEY=sk-hush\n');
  expect(envFileWarning(folder, env)).toBeNull();
  expect(envFileWarning(join(folder, 'none'), env)).toBeNull();
});
