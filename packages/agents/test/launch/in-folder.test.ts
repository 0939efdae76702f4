import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalLauncher, runProgram } from '../../src/index.ts';

let base: string;
beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'cc-in-folder-')));
  for (const name of ['root/work/deep', 'outside/deep']) await mkdir(join(base, name), { recursive: true });
  await symlink(join(base, 'outside'), join(base, 'root/link'));
});
afterAll(async () => rm(base, { recursive: true, maxRetries: 10 }));

const { launch } = new LocalLauncher();
const pwd = async (cwd: string) =>
  await runProgram(launch, {
    command: '/bin/sh',
    args: ['-c', 'pwd -P'],
    cwd,
    cwdIsReal: true,
    env: { PATH: process.env['PATH'] ?? '' },
    timeoutMs: 60_000,
    graceMs: 0,
    stdoutBytes: 1000,
  });

describe('a process that is to start in a real folder', () => {
  // Proves: workspace-stays-below-root
  it('starts there, and nowhere when a link leads to it', async () => {
    expect(await pwd(join(base, 'root/work'))).toMatchObject({
      cause: 'exited',
      stdout: `${join(base, 'root/work')}\n`,
    });
    for (const path of ['root/link', 'root/link/deep', 'root/missing'])
      expect(await pwd(join(base, path))).toMatchObject({ cause: 'not_started', stdout: '' });
  });

  it.each(['root/work', 'root/work/deep'])(
    'starts in no other while a link takes its place again and again: %s',
    async (path) => {
      const [work, aside] = [join(base, 'root/work'), join(base, 'root/aside')];
      // Each step is a rename: the folder and the link change places as fast as they can.
      const swap = `const { renameSync: mv } = require('fs'); const [w, a, l] = process.argv.slice(1);
        console.log('on'); for (;;) { mv(w, a); mv(l, w); mv(w, l); mv(a, w); }`;
      const swapper = spawn(process.execPath, ['-e', swap, work, aside, join(base, 'root/link')]);
      try {
        await once(swapper.stdout, 'data');
        const ends: Awaited<ReturnType<typeof pwd>>[] = [];
        // On a busy machine the link may be in place for all of many tries.
        const hasRun = () => ends.some(({ cause }) => cause === 'exited');
        while (ends.length < 150 || (ends.length < 20_000 && !hasRun()))
          ends.push(await pwd(join(base, path)));
        const stray = ends.filter(({ stdout }) => stdout.includes('outside'));
        expect(stray).toEqual([]);
        expect(hasRun()).toBe(true);
      } finally {
        swapper.kill('SIGKILL');
        await once(swapper, 'exit');
        await rm(join(base, 'root'), { recursive: true, maxRetries: 10 });
        await mkdir(join(base, 'root/work/deep'), { recursive: true });
        await symlink(join(base, 'outside'), join(base, 'root/link'));
      }
    },
  );
});
