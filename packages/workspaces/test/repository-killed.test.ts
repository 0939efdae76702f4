import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { git, userRepository } from './user-repository.ts';

const PROGRAM = join(import.meta.dirname, 'fixtures/works-for-a-repository.ts');
const STEPS = ['a', 'b', 'c'];
/** More for a longer run. */
const FACTOR = Number(process.env['HISTORIES_FACTOR'] ?? 1);
const kills = 8 * FACTOR;
vi.setConfig({ testTimeout: 300_000 * Math.max(1, FACTOR) });

// Proves: users-repository-is-left
it(`is whole again after kill -9 in the middle of cloning, committing and delivering, ${String(kills)} times`, async () => {
  for (let round = 0; round < kills; round += 1) {
    const one = userRepository();
    for (let file = 0; file < 200; file += 1) one.put(`many/${String(file)}`, String(file));
    git(one.user, 'add', '.');
    git(one.user, '-c', 'core.hooksPath=/dev/null', 'commit', '-q', '-m', 'many');
    const before = one.image();
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
    const options = JSON.stringify({ folder: join(one.root, 'kept'), workspace: one.workspace, of });
    const start = () =>
      spawn(process.execPath, [PROGRAM, options, ...STEPS], { stdio: ['ignore', 'pipe', 'inherit'] });
    const first = start();
    const ended = once(first, 'exit');
    // By what it has done already and a moment more, so that each step is met, however slow the machine is.
    const seen = round % 7;
    let lines = 0;
    for await (const chunk of first.stdout.setEncoding('utf8') as AsyncIterable<string>) {
      lines += chunk.split('\n').length - 1;
      if (lines >= seen) break;
    }
    await pause(round * 3);
    first.kill('SIGKILL');
    await ended;
    const second = start();
    second.stdout.resume();
    expect(await once(second, 'exit'), `round ${String(round)}`).toEqual([0, null]);
    expect(git(one.user, 'log', '--format=%s', 'cc-executor/one', `^${of.commit}`).split('\n')).toEqual([
      'c',
      'b',
      'a',
    ]);
    expect(git(one.user, 'ls-tree', '-r', '--name-only', 'cc-executor/one').split('\n')).toHaveLength(205);
    expect(git(one.user, 'fsck', '--full')).toBe('');
    expect(git(one.workspace, 'fsck', '--full')).toBe('');
    expect(git(one.workspace, 'status', '--porcelain')).toBe('');
    expect(one.image(), `round ${String(round)}`).toEqual(before);
  }
});
