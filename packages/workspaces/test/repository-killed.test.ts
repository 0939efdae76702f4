import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rounds } from '@cc-executor/testkit';
import { expect, it, vi } from 'vitest';
import { git, userRepository } from './user-repository.ts';

const PROGRAM = join(import.meta.dirname, 'fixtures/works-for-a-repository.ts');
const STEPS = ['a', 'b'];
vi.setConfig({ testTimeout: 600_000 });

/** The calls of git in the middle of which the process is killed, and how many of the kind come before. */
const CALLS = [
  ['clone', 0],
  ['checkout', 0],
  ['update-ref', 0],
  ['add', 0],
  ['commit-tree', 0],
  ['update-ref', 1],
  ['fetch', 0],
  ['update-ref', 2],
  ['fetch', 1],
] as const;
const WHEN = { before: 'kill -9 $PPID', after: 'git "$@"; kill -9 $PPID; exit' };
type When = keyof typeof WHEN;

/** Each call in one of both ways; each night, in both. */
const KILLS = CALLS.flatMap(([call, earlier], index) => {
  const both: readonly When[] = ['before', 'after'];
  const ways = rounds({ short: 0, nightly: 1 }) > 0 ? both : both.filter((_, way) => way === index % 2);
  return ways.map((when) => ({ when, call, earlier }));
});

// Proves: users-repository-is-left
it.each(KILLS)(
  'a repository is whole again after kill -9 $when git $call, with $earlier of these before',
  async ({ when, call, earlier }) => {
    const one = userRepository();
    for (let file = 0; file < 200; file += 1) one.put(`many/${String(file)}`, String(file));
    git(one.user, 'add', '.');
    git(one.user, '-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'many');
    const before = one.image();
    const program = join(one.root, 'kills-its-parent');
    const seen = join(one.root, 'seen');
    writeFileSync(
      program,
      `#!/bin/sh
case " $* " in *' ${call} '*)
  echo >> '${seen}'
  if [ "$(wc -l < '${seen}')" -eq ${String(earlier + 1)} ]; then ${WHEN[when]}; fi
esac
exec git "$@"
`,
      { mode: 0o755 },
    );
    const of = {
      path: one.user,
      url: null,
      commit: git(one.user, 'rev-parse', 'HEAD'),
      ref: null,
      branch: 'cc-executor/one',
      commits: 'per_task',
      deliver: 'branch',
      include: [],
    } as const;
    const options = { folder: join(one.root, 'kept'), workspace: one.workspace, of, program };
    const run = async () => {
      const args = [PROGRAM, JSON.stringify(options), ...STEPS];
      return await once(spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit');
    };
    expect(await run()).toEqual([null, 'SIGKILL']);
    // What git does without its parent may not be over yet.
    expect(await run()).toEqual([0, null]);
    expect(git(one.user, 'log', '--format=%s', 'cc-executor/one', `^${of.commit}`).split('\n')).toEqual([
      'b',
      'a',
    ]);
    expect(git(one.user, 'ls-tree', '-r', '--name-only', 'cc-executor/one').split('\n')).toHaveLength(204);
    expect(git(one.user, 'fsck', '--full')).toBe('');
    // Of what was made and not kept, a commit may be left.
    expect(git(one.workspace, 'fsck', '--full', '--no-dangling')).toBe('');
    expect(git(one.workspace, 'status', '--porcelain')).toBe('');
    expect(one.image()).toEqual(before);
  },
);
