import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { median } from '../../benchmarks/report.ts';
import { outcome, shell, TestLauncher } from './launcher/launcher-process.ts';
import { run } from './run.ts';
import { say } from './say.ts';

// What the guide says of times: an attempt in a container beside `docker run` of the same image. Both take turns, so that
// the load of the machine meets both.

const isNightly = process.env['CC_EXECUTOR_NIGHTLY'] === '1';
const ROUNDS = 20;
const setup = inject('setup');
let launcher: TestLauncher | undefined;

beforeAll(async () => {
  if (!isNightly) return;
  launcher = await TestLauncher.create(setup.host, setup.baseImage);
  await launcher.start();
});

afterAll(async () => {
  await launcher?.remove();
});

test.runIf(isNightly)('a container of an attempt costs about what docker run does', async () => {
  if (launcher === undefined) throw new Error('There is no launcher.');
  const { client } = launcher;
  const cwd = await launcher.workspace();
  const timeOf = async (act: () => Promise<unknown>) => {
    const began = performance.now();
    await act();
    return performance.now() - began;
  };
  const bare: number[] = [];
  const own: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const args = ['run', '--rm', '--network', 'none', setup.baseImage, '/bin/sh', '-c', 'true'];
    const times = [
      await timeOf(async () => await run(['docker', '-H', setup.host, ...args])),
      await timeOf(async () => {
        expect((await outcome(shell(client.launch, cwd, 'true'))).code).toBe(0);
      }),
    ] as const;
    // The first round reads the image.
    if (round > 0) bare.push(times[0]);
    if (round > 0) own.push(times[1]);
  }
  const ratio = median(own) / median(bare);
  say(
    `docker run ${median(bare).toFixed(0)} ms, an attempt in a container ${median(own).toFixed(0)} ms, ratio ${ratio.toFixed(2)} (${String(ROUNDS)} rounds, medians)`,
  );
  expect(ratio).toBeLessThan(1.5);
});
