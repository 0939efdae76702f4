import { childrenOf, processIsAlive, waitFor } from '@cc-executor/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { LocalLauncher } from '../../src/index.ts';

const PROGRAM = fileURLToPath(new URL('../fixtures/does-work.ts', import.meta.url));
const PATH = process.env['PATH'] ?? '';

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'cc-ahead-')));
  for (const name of ['one', 'two']) await mkdir(join(folder, name));
  await symlink(join(folder, 'one'), join(folder, 'link'));
});
afterAll(async () => rm(folder, { recursive: true, maxRetries: 10 }));

/** Starts the program with work for an attempt; resolves with its pid and what it printed. */
async function run(
  launcher: LocalLauncher,
  name: string,
  { env = {}, spec = {} }: { env?: Record<string, string>; spec?: object } = {},
) {
  const child = launcher.launch({
    command: process.execPath,
    args: [PROGRAM],
    cwd: join(folder, name),
    env: { PATH, ...env },
    stdin: 'none',
    work: {
      variables: { OF_ATTEMPT: name, CC_EXECUTOR_EXECUTION_ID: `of-${name}` },
      spec: { name, ...spec },
    },
  });
  onTestFinished(async () => {
    await child.end(0);
  });
  const { data } = await child.started;
  const pid = 'pid' in data ? data.pid : 0;
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const told = JSON.parse(line) as { spec: object; env: Record<string, string>; cwd: string; child?: number };
  return { child, pid, told };
}

function ahead() {
  const launcher = new LocalLauncher({ startsAhead: true });
  onTestFinished(async () => launcher.killAll());
  return launcher;
}

/** Has a process started ahead after one that has ended, and returns the pids of those that wait. */
async function waiting({ child }: Awaited<ReturnType<typeof run>>): Promise<number[]> {
  await child.end(0);
  child.ahead?.();
  return await waitFor(() => {
    const pids = childrenOf([process.pid]);
    return pids.length > 0 && pids;
  });
}

describe('a process that was started ahead of its attempt', () => {
  it('gets the work, the folder and the variables of the attempt', async () => {
    const launcher = ahead();
    const first = await run(launcher, 'one');
    expect(first.told).toMatchObject({
      spec: { name: 'one' },
      cwd: join(folder, 'one'),
      env: { PATH, OF_ATTEMPT: 'one', CC_EXECUTOR_MARK: expect.any(String) as string },
    });
    const pids = await waiting(first);
    const second = await run(launcher, 'two');
    expect(pids).toContain(second.pid);
    expect(second.told).toMatchObject({
      spec: { name: 'two' },
      cwd: join(folder, 'two'),
      env: { PATH, OF_ATTEMPT: 'two' },
    });
    expect(second.told.env['CC_EXECUTOR_MARK']).not.toBe(first.told.env['CC_EXECUTOR_MARK']);
    // Each attempt is its own process.
    expect(second.pid).not.toBe(first.pid);
  });

  it('is not used for an attempt with another environment', async () => {
    const launcher = ahead();
    const pids = await waiting(await run(launcher, 'one', { env: { A: '1' } }));
    const other = await run(launcher, 'one', { env: { A: '2' } });
    expect(pids).not.toContain(other.pid);
    expect(other.told.env).toMatchObject({ A: '2' });
  });

  it('is not used when it has ended meanwhile', async () => {
    const launcher = ahead();
    const pids = await waiting(await run(launcher, 'one'));
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await waitFor(() => childrenOf([process.pid]).length === 0);
    expect((await run(launcher, 'two')).told.cwd).toBe(join(folder, 'two'));
  });

  it('is ended with all others at the end of its worker', async () => {
    const launcher = ahead();
    const pids = await waiting(await run(launcher, 'one'));
    await launcher.killAll();
    expect(pids.filter(processIsAlive)).toEqual([]);
  });
});

describe('a process that waits for work', () => {
  it('does not start where a link leads to its folder', async () => {
    await expect(run(new LocalLauncher(), 'link')).rejects.toThrow(/link|ELOOP|not a directory/i);
  });

  it.each([null, { stays: true }])('ends with the process that gives it: %j', async (spec) => {
    const child = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
    const giver = child.stdio[3] as Socket;
    if (spec !== null) {
      giver.write(`${JSON.stringify({ cwd: folder, variables: {}, spec })}\n`);
      await once(child.stdout as Socket, 'data');
    }
    giver.destroy();
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(1);
  });

  it.runIf(process.platform === 'linux')(
    'is found by what it has started, when its worker has died',
    async () => {
      const { child, pid, told } = await run(new LocalLauncher(), 'one', { spec: { starts: true } });
      const ended = await new LocalLauncher().endLeftovers('of-one');
      expect(ended.toSorted()).toEqual([String(pid), String(told.child)].toSorted());
      await child.exited;
    },
  );
});
