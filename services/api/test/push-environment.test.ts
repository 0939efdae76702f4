import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startApi } from './api-under-test.ts';

it('gives git on the network none of its credentials and settings', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cc-push-'));
  const program = join(folder, 'ssh.sh');
  const seen = join(folder, 'seen');
  await writeFile(program, `#!/bin/sh\nenv > ${seen}\nexit 1\n`, { mode: 0o755 });
  const api = await startApi({
    GIT_SSH_COMMAND: program,
    SSH_AUTH_SOCK: '/run/agent',
    ANTHROPIC_API_KEY: 'made-up-1',
    CLAUDE_CODE_OAUTH_TOKEN: 'made-up-2',
    CC_EXECUTOR_API_KEY: 'made-up-3-made-up-3-made-up-3-made-up-3',
    AWS_PROFILE: 'made-up-4',
    DATABASE: 'postgres://me:made-up-5@db',
  });
  try {
    const workspace = join(folder, 'workspace');
    await mkdir(workspace);
    const repository = {
      path: null,
      url: 'ssh://git@host.invalid/project',
      commit: null,
      ref: null,
      branch: 'cc-executor/one',
      commits: 'per_task',
      deliver: 'push',
      include: [],
    } as const;
    const work = api.dependencies.snapshots.openRepository(
      { execution_id: 'one', uuid: null },
      repository,
      workspace,
    );
    await expect(work.prepare()).rejects.toThrow(/could not be cloned/);
    const env = await readFile(seen, 'utf8');
    expect(env).toContain('SSH_AUTH_SOCK=/run/agent');
    expect(env).not.toMatch(/made-up/);
    expect(env).not.toMatch(/^(CC_EXECUTOR_|REDIS_URL=)/m);
  } finally {
    await api.close();
    await rm(folder, { recursive: true, maxRetries: 10 });
  }
});
