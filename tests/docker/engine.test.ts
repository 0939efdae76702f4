import { waitFor } from '@cc-executor/testkit';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SpareEngine } from './engine/spare-engine.ts';
import { outcome, shell, TestLauncher } from './launcher/launcher-process.ts';

// An engine that is killed and comes back while attempts run.

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
  expect(await containers()).toEqual(others.toSorted());
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
  expect(await containers()).toEqual(others.toSorted());
});
