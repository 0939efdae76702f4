import { processIsAlive, waitFor } from '@cc-executor/testkit';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Guardian, LocalLauncher, SignsOfLife } from '../../src/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cc-guardian-'));
});
afterEach(async () => rm(folder, { recursive: true, maxRetries: 10 }));

const signs = (name = '') => join(folder, 'signs', name);
const options = () => ({
  folder: signs(),
  worker: 'w',
  onWanted: () => true,
  onMute: (): void => undefined,
});
const WANTED = { owner: 'w', executionId: 'x', generation: 1 };

/** Starts a process of an execution that ends only by force. */
async function startDeaf(guardian: Guardian): Promise<number> {
  const command = `trap '' TERM; echo $$ > ${join(folder, 'pid')}; while :; do sleep 0.1; done`;
  const env = { PATH: process.env['PATH'] ?? '', CC_EXECUTOR_EXECUTION_ID: WANTED.executionId };
  const spec = { command: 'sh', args: ['-c', command], cwd: folder, env, stdin: 'none' } as const;
  const child = new LocalLauncher({ guardian }).launch(spec);
  onTestFinished(async () => {
    await child.end(0);
  });
  const text = async () => await readFile(join(folder, 'pid'), 'utf8').catch(() => '');
  return Number(await waitFor(async () => (await text()).trim()));
}

it('a guardian that died is started again, as soon as that is possible, and watches what the one before did', async () => {
  const guardian = new Guardian(options());
  const env = { PATH: process.env['PATH'] ?? '' };
  const spec = { command: 'sleep', args: ['600'], cwd: tmpdir(), env, stdin: 'none' } as const;
  const watched = new LocalLauncher({ guardian }).launch(spec);
  const { data } = await watched.started;
  const pid = 'pid' in data ? data.pid : 0;
  const [first, node] = [guardian.pid ?? 0, process.execPath];
  process.execPath = '/there/is/none';
  process.kill(first, 'SIGKILL');
  await waitFor(() => guardian.pid === undefined);
  process.execPath = node;
  await waitFor(() => guardian.pid !== undefined);
  expect(guardian.pid).not.toBe(first);
  guardian.close();
  await watched.exited;
  await waitFor(() => !processIsAlive(pid));
});

it('a guardian that ends at once is started again later and later, and that is reported', async () => {
  const program = join(folder, 'ends-at-once');
  await writeFile(program, `#!/bin/sh\ndate +%s%N >> ${join(folder, 'starts')}\n`, { mode: 0o755 });
  const node = process.execPath;
  process.execPath = program;
  const changes: boolean[] = [];
  const guardian = new Guardian({ ...options(), onChange: (isThere) => changes.push(isThere) });
  try {
    const starts = await waitFor(async () => {
      const text = await readFile(join(folder, 'starts'), 'utf8').catch(() => '');
      const times = text.split('\n').filter(Boolean).map(Number);
      return times.length >= 4 ? times : null;
    });
    const [first = 0, second = 0, , fourth = 0] = starts.map((time) => time / 1e9);
    expect(second - first).toBeGreaterThan(0.9);
    expect(fourth - first).toBeGreaterThan(5);
    expect(changes).toEqual([false]);
  } finally {
    process.execPath = node;
    guardian.close();
  }
});

describe('a guardian that is asked for an execution', () => {
  it('says that it is given up only when no process of it is left, however often it is asked meanwhile', async () => {
    const guardian = new Guardian(options());
    onTestFinished(() => guardian.close());
    const pid = await startDeaf(guardian);
    await writeFile(signs('w 1 x.wanted'), '');
    await waitFor(() => existsSync(signs('w 1 x.yielded')));
    expect(processIsAlive(pid)).toBe(false);
  });

  it('ends all of it also when its worker goes while it does so', async () => {
    const closing = () => {
      setImmediate(() => guardian.close());
      return true;
    };
    const guardian: Guardian = new Guardian({ ...options(), onWanted: closing });
    const pid = await startDeaf(guardian);
    const own = guardian.pid ?? 0;
    await writeFile(signs('w 1 x.wanted'), '');
    await waitFor(() => !processIsAlive(own));
    expect(processIsAlive(pid)).toBe(false);
  });
});

it('a worker that ends while it owns something is said to have ended, when nothing of it is left', async () => {
  const looks = new SignsOfLife(signs(), 9000);
  const idle = new Guardian({ ...options(), worker: 'idle' });
  const guardian = new Guardian(options());
  guardian.setLeases(1);
  const pid = await startDeaf(guardian);
  const pids = [guardian.pid ?? 0, idle.pid ?? 0];
  await looks.look(0, [WANTED]);
  expect(looks.of(WANTED)).not.toBe('yielded');
  // As its end does, by kill -9 too.
  guardian.close();
  idle.close();
  await waitFor(() => existsSync(signs('w.ended')));
  expect(processIsAlive(pid)).toBe(false);
  await looks.look(0, [WANTED]);
  expect(looks.of(WANTED)).toBe('yielded');
  expect(looks.of({ ...WANTED, owner: 'idle' })).toBe('none');
  await waitFor(() => !pids.some(processIsAlive));
  expect(existsSync(signs('idle.ended'))).toBe(false);
  await looks.look(0, []);
  expect(existsSync(signs('w.ended'))).toBe(false);
});

describe('the sign of life', () => {
  const text = async () => await readFile(signs('w.life'), 'utf8').catch(() => '');

  it('is given again in a folder that was removed', async () => {
    const guardian = new Guardian(options());
    onTestFinished(() => guardian.close());
    guardian.setLeases(1);
    await waitFor(text);
    await rm(signs(), { recursive: true, maxRetries: 10 });
    expect(await waitFor(text)).toMatch(/^\S{36} \d{12}\n$/);
  });

  it('that cannot be given is reported, for as long as something is held', async () => {
    await mkdir(signs('w.life'), { recursive: true });
    let times = 0;
    const guardian = new Guardian({ ...options(), onMute: () => (times += 1) });
    onTestFinished(() => guardian.close());
    guardian.setLeases(1);
    await waitFor(() => times > 1);
    await rm(signs('w.life'), { recursive: true, maxRetries: 10 });
    await waitFor(text);
    const before = times;
    const first = await text();
    await waitFor(async () => Number((await text()).slice(37)) > Number(first.slice(37)) + 4);
    expect(times - before).toBeLessThan(2);
  });

  it('and the look for it are not kept up by a file whose name is none of theirs', async () => {
    await mkdir(signs());
    await writeFile(signs('%zz 1 x.wanted'), '');
    const guardian = new Guardian(options());
    onTestFinished(() => guardian.close());
    const { pid } = guardian;
    guardian.setLeases(1);
    await writeFile(signs('w 1 x.wanted'), '');
    await waitFor(() => existsSync(signs('w 1 x.yielded')));
    expect(guardian.pid).toBe(pid);
    const looks = new SignsOfLife(signs(), 9000);
    await looks.look(0, [WANTED]);
    expect(looks.of(WANTED)).toBe('yielded');
  });
});
