import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectRepository, RepositoryError } from '../src/index.ts';
import { GIT, git, userRepository } from './user-repository.ts';

describe('a repository that a list names', () => {
  const allowed = { folders: [] as string[], own: true, apart: [] as string[] };
  const look = async (
    path: string,
    more: Partial<Parameters<typeof inspectRepository>[1]> = {},
    how = allowed,
  ) =>
    await inspectRepository(
      GIT,
      { path, ref: null, branch: 'cc-executor/one', deliver: 'branch', include: [], ...more },
      how,
    );

  it('is found with its commit, from a folder in it', async () => {
    const one = userRepository();
    const head = git(one.user, 'rev-parse', 'HEAD');
    expect(await look(join(one.user, 'src'))).toEqual({ path: one.user, commit: head });
    expect(
      await look(one.user, { ref: 'main' }, { ...allowed, own: false, folders: [one.root] }),
    ).toMatchObject({
      commit: head,
    });
  });

  it('is found where it belongs to another user and its folder is allowed', async () => {
    const one = userRepository();
    const program = join(one.root, 'git-for-another-user');
    writeFileSync(program, '#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec git "$@"\n', { mode: 0o755 });
    const asked = {
      path: join(one.user, 'src'),
      ref: null,
      branch: 'cc-executor/one',
      deliver: 'branch' as const,
      include: [],
    };
    const how = { ...allowed, own: false, folders: [one.root] };
    expect(await inspectRepository({ ...GIT, program }, asked, how)).toEqual({
      path: one.user,
      commit: git(one.user, 'rev-parse', 'HEAD'),
    });
  });

  it('is refused with what to do', async () => {
    const one = userRepository();
    const at = (name: string) => join(one.root, name);
    mkdirSync(at('none'));
    writeFileSync(join(at('none'), 'mine'), '');
    symlinkSync(at('none'), join(one.user, 'out'));
    git(one.root, 'init', '-q', '--bare', 'bare.git');
    git(one.root, 'init', '-q', 'empty');
    git(one.user, 'branch', 'taken');
    git(one.user, 'branch', 'cc-executor');
    const faults: [() => Promise<unknown>, string, RegExp][] = [
      [() => look('relative'), 'path', /absolute/],
      [() => look(at('missing')), 'path', /not a folder/],
      [() => look(at('none')), 'path', /not in a git repository/],
      [() => look(at('bare.git')), 'path', /bare/],
      [() => look(at('empty')), 'path', /no commit yet/],
      [() => look(join(one.user, '.git')), 'path', /\.git folder/],
      [() => look(one.user, { ref: 'missing', branch: 'x' }), 'ref', /not a commit/],
      [() => look(one.user, { ref: '--all', branch: 'x' }), 'ref', /not a commit/],
      [() => look(one.user, { branch: 'taken' }), 'branch', /there already/],
      [() => look(one.user), 'branch', /beside the branch "cc-executor"/],
      [() => look(one.user, { branch: 'a..b' }), 'branch', /not a name/],
      [() => look(one.user, { branch: 'x', deliver: 'push' }), 'deliver', /"origin".* has none; add it/],
      [
        () => look(one.user, { branch: 'x', include: ['src', '.env'] }),
        'include',
        /the folder "src".*"src\/\*\*"/,
      ],
      [
        () => look(one.user, { branch: 'x', include: ['*.none', './missing.env'] }),
        'include',
        /"\.\/missing\.env", and no such file/,
      ],
      [() => look(one.user, { branch: 'x', include: ['out/mine'] }), 'include', /"out\/mine", and no such/],
      [() => look(one.user, { branch: 'x' }, { ...allowed, own: false }), 'path', /CC_EXECUTOR_REPOSITORIES/],
      [
        () => look(at('missing'), { branch: 'x' }, { ...allowed, own: false }),
        'path',
        /CC_EXECUTOR_REPOSITORIES/,
      ],
      [() => look(one.user, { branch: 'x' }, { ...allowed, apart: [one.root] }), 'path', /this installation/],
    ];
    for (const [found, part, message] of faults) {
      const error = (await found().catch((fault: unknown) => fault)) as RepositoryError;
      expect(error).toBeInstanceOf(RepositoryError);
      expect([error.part, error.message]).toEqual([part, expect.stringMatching(message)]);
    }
    mkdirSync(join(one.user, '.git/rebase-merge'));
    await expect(look(one.user, { branch: 'x' })).rejects.toThrow(/middle of a rebase/);
    await expect(look(one.user, { branch: 'x', ref: 'main' })).resolves.toMatchObject({ path: one.user });
    git(one.user, 'remote', 'add', 'origin', at('bare.git'));
    const pushed = { branch: 'x', ref: 'main', deliver: 'push' } as const;
    await expect(look(one.user, pushed)).resolves.toMatchObject({ path: one.user });
  });

  it('has a branch of that name, or one in its way, also among very many', async () => {
    const one = userRepository();
    const head = git(one.user, 'rev-parse', 'HEAD');
    const names = Array.from({ length: 2000 }, (_, index) => `a-feature-with-a-long-name-${String(index)}`);
    const all = [...names, 'night/one', 'night/two/deep'].map((name) => `create refs/heads/${name} ${head}`);
    execFileSync('git', ['update-ref', '--stdin'], { cwd: one.user, input: `${all.join('\n')}\n` });
    const lookAt = async (branch: string) => {
      const asked = { path: one.user, ref: null, branch, deliver: 'branch', include: [] } as const;
      return await inspectRepository(GIT, asked, { folders: [], own: true, apart: [] });
    };
    await expect(lookAt('night/one')).rejects.toThrow(/there already/);
    await expect(lookAt('night/one/x')).rejects.toThrow(/beside the branch "night\/one"/);
    await expect(lookAt('night/two')).rejects.toThrow(/beside the branch "night\/two\/deep"/);
    await expect(lookAt('night')).rejects.toThrow(/beside the branch "night\/one"/);
    await expect(lookAt('night/tw')).resolves.toMatchObject({ commit: head });
  });
});
