import { needs, processIsAlive, waitFor } from '@cc-executor/testkit';
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { Cgroups, Guardian, LocalLauncher, type LaunchSpec } from '../../src/index.ts';
import { removeCgroup } from '../../src/launch/cgroup/cgroup.ts';
import { into } from '../../src/launch/cgroup/into.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'cc-cgroups-'));
});
afterEach(async () => rm(cwd, { recursive: true, maxRetries: 10 }));

/** The cgroups of an installation of this test alone. */
function open(context: TestContext): Cgroups {
  const cgroups = Cgroups.open(`test-${randomUUID()}`) ?? context.skip('no cgroup can be made here');
  context.onTestFinished(() => cgroups.close());
  return cgroups;
}

const spec = (command: string, executionId: string = randomUUID()): LaunchSpec => ({
  command: '/bin/sh',
  args: ['-c', command],
  cwd,
  env: { PATH: process.env['PATH'] ?? '', CC_EXECUTOR_EXECUTION_ID: executionId },
  stdin: 'none',
});
/** A process that has left its group and cleared its environment, as daemons do. */
const HIDE = 'setsid env -i sh -c "trap : TERM; echo \\$\\$ > hidden; while :; do sleep 600; done" &';
const pidIn = async (file: string) =>
  Number(await waitFor(async () => (await readFile(join(cwd, file), 'utf8').catch(() => '')).trim()));

describe('a process that hides from its task, in a cgroup', () => {
  it('is ended with it, and the cgroup is removed', async (context) => {
    const cgroups = open(context);
    const id = randomUUID();
    const child = new LocalLauncher({ cgroups }).launch(
      spec(`${HIDE} until [ -s hidden ]; do sleep 0.02; done; exit 7`, id),
    );
    expect(await child.exited).toMatchObject({ code: 7, signal: null });
    const hidden = await pidIn('hidden');
    expect(await child.end(300)).toEqual([]);
    expect(processIsAlive(hidden)).toBe(false);
    expect(cgroups.of(id)).toEqual([]);
  });

  it('is paused and resumed with it', async (context) => {
    const child = new LocalLauncher({ cgroups: open(context) }).launch(
      spec('setsid env -i sh -c "echo \\$\\$ > hidden; exec sleep 600" & wait'),
    );
    const hidden = await pidIn('hidden');
    const state = async () => (await readFile(`/proc/${String(hidden)}/stat`, 'latin1')).split(') ')[1]?.[0];
    await child.pause();
    await waitFor(async () => (await state()) === 'T');
    await child.resume();
    await waitFor(async () => (await state()) !== 'T');
    expect(await child.end(100)).toEqual([]);
  });

  it('is ended by the guardian when the worker is gone', async (context) => {
    const guardian = new Guardian({
      folder: join(cwd, 'signs'),
      worker: 'w',
      onWanted: () => true,
      onMute: () => undefined,
    });
    const cgroups = open(context);
    const id = randomUUID();
    const child = new LocalLauncher({ cgroups, guardian }).launch(spec(`${HIDE} wait`, id));
    const hidden = await pidIn('hidden');
    guardian.close();
    await child.exited;
    await waitFor(() => !processIsAlive(hidden));
    await waitFor(() => cgroups.of(id).length === 0, { what: 'the end of its cgroup' });
    expect(processIsAlive(hidden)).toBe(false);
  });

  it('is found as a leftover of its execution, and of no other installation', async (context) => {
    const [cgroups, others] = [open(context), open(context)];
    const id = randomUUID();
    const child = new LocalLauncher({ cgroups }).launch(spec(`${HIDE} wait`, id));
    const hidden = await pidIn('hidden');
    expect(others.of(id)).toEqual([]);
    expect(cgroups.of(id)).toHaveLength(1);
    expect(await new LocalLauncher({ cgroups }).endLeftovers(id)).toContain(String(hidden));
    expect([processIsAlive(hidden), cgroups.of(id)]).toEqual([false, []]);
    await child.end(0);
  });

  it('is ended even when it belongs to another user', async (context) => {
    needs(context, 'setpriv');
    if (process.getuid?.() !== 0) context.skip('only root can start processes of other users');
    const other = `setpriv --reuid 65534 --clear-groups setsid sleep 600 & echo $! > hidden; wait`;
    const child = new LocalLauncher({ cgroups: open(context) }).launch(spec(other));
    const hidden = await pidIn('hidden');
    expect(await child.end(100)).toEqual([]);
    expect(processIsAlive(hidden)).toBe(false);
  });
});

describe('the cgroups of an installation', () => {
  it('are made again when another worker has ended, and removed their folder', async (context) => {
    const installation = `test-${randomUUID()}`;
    const mine = Cgroups.open(installation) ?? context.skip('no cgroup can be made here');
    context.onTestFinished(() => mine.close());
    Cgroups.open(installation)?.close();
    const id = randomUUID();
    expect(mine.of(id)).toEqual([]);
    expect(await new LocalLauncher({ cgroups: mine }).endLeftovers(id)).toEqual([]);
    const child = new LocalLauncher({ cgroups: mine }).launch(spec(`${HIDE} wait`, id));
    const hidden = await pidIn('hidden');
    expect(mine.of(id)).toHaveLength(1);
    expect(await child.end(100)).toEqual([]);
    expect(processIsAlive(hidden)).toBe(false);
  });

  it('are removed with what nobody has seen in them', async (context) => {
    const cgroups = open(context);
    const path = cgroups.make('x', 'mark') ?? '';
    const { command, args } = into(path, '/bin/sh', ['-c', 'echo $$ > hidden; exec sleep 600']);
    const unseen = spawn(command, args, { cwd, stdio: 'ignore' });
    const pid = await pidIn('hidden');
    await removeCgroup(path);
    expect(existsSync(path)).toBe(false);
    await waitFor(() => !processIsAlive(pid));
    // Node reports the end of its child a moment later.
    await waitFor(() => unseen.signalCode !== null);
    expect(unseen.signalCode).toBe('SIGKILL');
  });
});

describe('a program that is started in a cgroup', () => {
  it('gets its arguments, its input and its secret as they are', async (context) => {
    const cgroups = open(context);
    const odd = ['$(touch made)', '"; touch made; "', '-x', '', 'two words', '漢字'];
    const program = { command: 'sh', args: ['-c', 'cat; cat <&$SECRET; printf "[%s]" "$@"', 'sh', ...odd] };
    const child = new LocalLauncher({ cgroups }).launch({
      ...spec(''),
      ...program,
      stdin: 'pipe',
      secret: { text: 'secret', variable: 'SECRET' },
    });
    child.stdin?.end('input');
    expect(await text(child.stdout)).toBe(`inputsecret${odd.map((one) => `[${one}]`).join('')}`);
    await child.end(0);
    expect(existsSync(join(cwd, 'made'))).toBe(false);
  });

  it('that is not there is reported by the error of the system', async (context) => {
    const cgroups = open(context);
    const child = new LocalLauncher({ cgroups }).launch({ ...spec(''), command: 'no-such-program' });
    await expect(child.started).rejects.toThrow('ENOENT');
  });

  it('runs without it where it cannot be entered', () => {
    const { command, args } = into('/no/such/cgroup', '/bin/echo', ['hi']);
    expect(execFileSync(command, args, { encoding: 'utf8', stdio: 'pipe' })).toBe('hi\n');
  });
});
