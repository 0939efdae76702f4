import { waitFor } from '@cc-executor/testkit';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SpareEngine } from './engine/spare-engine.ts';
import { boxOf, outcome, shell, TestLauncher } from './launcher/launcher-process.ts';
import { say } from './say.ts';

// An engine that is killed and comes back while attempts run.

/** How many short containers run while the launcher and the engine are killed. */
const MANY = Number(process.env['CC_EXECUTOR_CONTAINERS'] ?? 2000);
const isNightly = process.env['CC_TEST_NIGHTLY'] === '1';
const AT_A_TIME = 4;

let engine: SpareEngine;
let launcher: TestLauncher;
let cwd: string;
/** What a user of the engine has there: containers with labels of their own, and without. */
let others: string[];

beforeAll(async () => {
  engine = await SpareEngine.create();
  others = [];
  for (const Labels of [{}, { 'cc-executor.installation': 'another', 'cc-executor.box': 'x' }]) {
    const created = await engine.docker.createContainer({ Image: engine.image, Cmd: ['/bin/true'], Labels });
    others.push(created.id);
  }
  launcher = await TestLauncher.create(engine.host, engine.image);
  await launcher.start();
  cwd = await launcher.workspace();
});

afterAll(async () => {
  await launcher.remove();
  await engine.remove();
});

async function containers(): Promise<string[]> {
  return (await engine.docker.listContainers({ all: true })).map(({ Id }) => Id).toSorted();
}

/** Whether a process of this machine, in a container or not, has this argument. */
async function isRunning(argument: string): Promise<boolean> {
  const lines = await Promise.all(
    (await readdir('/proc')).map(async (pid) =>
      /^\d+$/.test(pid) ? await readFile(join('/proc', pid, 'cmdline'), 'utf8').catch(() => '') : '',
    ),
  );
  return lines.some((line) => line.split('\0').includes(argument));
}

// Proves: container-ends
test.each([
  ['the engine is', false],
  ['the engine and the launcher are', true],
])('when %s killed, the attempt is lost, and nothing of it is left', async (_, withLauncher) => {
  const seconds = withLauncher ? '86401.5' : '86402.5';
  const child = shell(launcher.client.launch, cwd, `echo up; exec sleep ${seconds}`);
  const ended = outcome(child);
  await child.started;
  await waitFor(async () => await isRunning(seconds), { seconds: 60 });
  await engine.stop('SIGKILL');
  // Nobody can say how it ends while nobody can see it.
  expect(await isRunning(seconds)).toBe(true);
  if (withLauncher) await launcher.stop('SIGKILL');
  await engine.start();
  if (withLauncher) await launcher.start();
  expect(await ended).toMatchObject({
    stdout: 'up\n',
    code: null,
    signal: null,
    because: { outcome: 'worker_lost', message: expect.stringMatching(/engine|launcher/) },
  });
  await waitFor(async () => !(await isRunning(seconds)), { seconds: 60 });
  await expect.poll(async () => await containers()).toEqual(others.toSorted());
  expect(await outcome(shell(launcher.client.launch, cwd, 'echo again'))).toMatchObject({
    stdout: 'again\n',
    code: 0,
  });
});

test('an attempt that is begun while the engine is away waits for it', async () => {
  await engine.stop('SIGKILL');
  const child = shell(launcher.client.launch, cwd, 'echo late');
  const ended = outcome(child);
  await engine.start();
  expect(await ended).toMatchObject({ stdout: 'late\n', code: 0 });
  await expect.poll(async () => await containers()).toEqual(others.toSorted());
});

test.runIf(isNightly)(
  'after many short containers, while launcher and engine are killed, no byte is lost and nothing is left',
  async () => {
    let lost = 0;
    const sha = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
    const one = async (index: number): Promise<string> => {
      const bytes = (index * 77_003) % 5_000_000;
      const expected = sha(Buffer.alloc(bytes, `${String(index)}\n`));
      for (;;) {
        const command = `yes ${String(index)} | head -c ${String(bytes)}`;
        const child = shell(launcher.client.launch, cwd, command, { box: boxOf({ task: index }) });
        const begun = child.started.then(
          () => 'started',
          (error: Error) => error.message,
        );
        const { stdout, stderr, ...exit } = await outcome(child);
        // What a kill cut off is distinguished from what has ended; the next attempt is whole.
        if (exit.because?.outcome === 'worker_lost') {
          lost += 1;
          continue;
        }
        if (exit.code === 0 && sha(stdout) === expected) return 'whole';
        const had = `${String(Buffer.byteLength(stdout))} of ${String(bytes)} bytes`;
        return `${String(index)}: ${await begun}; ${had}; ${stderr} ${JSON.stringify(exit)}`;
      }
    };
    const kills = new Map([
      [Math.floor(MANY / 4), [launcher]],
      [Math.floor(MANY / 2), [engine]],
      [Math.floor((MANY * 3) / 4), [engine, launcher]],
    ]);
    const began = performance.now();
    for (let index = 1; index <= MANY; index += AT_A_TIME) {
      const batch = Array.from({ length: AT_A_TIME }, async (_, more) => await one(index + more));
      const [killed] = [...kills]
        .filter(([at]) => at >= index && at < index + AT_A_TIME)
        .map(([, all]) => all);
      const isOn = async () => (await engine.docker.listContainers()).length > 0;
      if (killed) await waitFor(isOn, { seconds: 60, what: 'a container to run' });
      for (const each of killed ?? []) await each.stop('SIGKILL');
      for (const each of killed ?? []) await each.start();
      expect(await Promise.all(batch)).toEqual(Array.from({ length: AT_A_TIME }, () => 'whole'));
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    say(`${String(MANY)} containers in ${seconds} s, ${String(lost)} attempts lost to kills`);
    expect(lost).toBeGreaterThan(0);
    await expect.poll(async () => await containers()).toEqual(others.toSorted());
  },
  3_600_000,
);
