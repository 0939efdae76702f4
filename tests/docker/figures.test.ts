import { startStack, type Stack } from '@cc-executor/local-stack';
import { say as answer, startScriptedModel, waitFor } from '@cc-executor/testkit';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { median } from '../../benchmarks/report.ts';
import { boxOf, outcome, shell, TestLauncher } from './launcher/launcher-process.ts';
import { run } from './run.ts';
import { say } from './say.ts';

// What the guide says of times: an attempt in a container beside `docker run` of the same image. Both take turns, so that
// the load of the machine meets both.

/** Each night; with CC_TEST_FIGURES=1 these alone, without the images of the night. */
const isNightly = ['CC_TEST_NIGHTLY', 'CC_TEST_FIGURES'].some((name) => process.env[name] === '1');
const ROUNDS = 20;
const setup = inject('setup');
let launcher: TestLauncher | undefined;

beforeAll(async () => {
  if (!isNightly) return;
  launcher = await TestLauncher.create(setup.host, setup.baseImage);
  await launcher.start({ CC_EXECUTOR_SANDBOX_WAITING: '1' });
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

test.runIf(isNightly)('a container that was started ahead runs its process within 100 ms', async () => {
  if (launcher === undefined) throw new Error('There is no launcher.');
  const { client } = launcher;
  const cwd = await launcher.workspace();
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const executionId = `ahead-${String(round)}`;
    const box = { ...boxOf({ executionId }), next: boxOf({ executionId, task: 2 }) };
    await outcome(shell(client.launch, cwd, 'true', { box }));
    await waitFor(async () => (await launcher?.containers(executionId))?.length === 1, { seconds: 60 });
    // Nobody waits for the next task here: its container has been started while the one before it ran.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const began = performance.now();
    const child = shell(client.launch, cwd, 'echo up', { box: boxOf({ executionId, task: 2 }) });
    const ended = outcome(child);
    await once(child.stdout, 'data');
    if (round > 0) times.push(performance.now() - began);
    await ended;
  }
  say(`a container that was started ahead: ${median(times).toFixed(0)} ms to its first output`);
  expect(median(times)).toBeLessThan(100);
});

const PROMPTS = 6;
const PAIRS = 5;
const KINDS = {
  processes: { CC_EXECUTOR_ISOLATION: 'process' },
  containers: { CC_EXECUTOR_SANDBOX_WAITING: '0' },
  'containers that were started ahead': { CC_EXECUTOR_SANDBOX_WAITING: '1' },
};

test.runIf(isNightly)(
  'a list of prompts in containers costs about what one in processes does',
  async () => {
    const model = await startScriptedModel({ script: [{ marker: 'Say', turns: [answer('Said.')] }] });
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'cc-fig-')));
    const stacks: { kind: string; stack: Stack; times: number[] }[] = [];
    try {
      for (const [kind, settings] of Object.entries(KINDS)) {
        const stack = await startStack({
          env: {
            PATH: process.env['PATH'],
            HOME: join(folder, 'home'),
            ANTHROPIC_API_KEY: 'sk-test',
            ANTHROPIC_BASE_URL: model.url,
            CC_EXECUTOR_DATA_DIR: join(folder, kind.replaceAll(' ', '-')),
            CC_EXECUTOR_API_PORT: '0',
            CC_EXECUTOR_WS_PORT: '0',
            CC_EXECUTOR_ISOLATION: 'container',
            CC_EXECUTOR_ENGINE: new URL(setup.host).pathname,
            CC_EXECUTOR_SANDBOX_IMAGES: setup.baseImage,
            ...settings,
          },
        });
        stacks.push({ kind, stack, times: [] });
        // The first ones read the image and the program.
        await secondsOf(stack, 3);
      }
      // They take turns, each time in the other order, so that the load of the machine meets all of them.
      for (let pair = 0; pair < PAIRS; pair++)
        for (const { stack, times } of pair % 2 === 0 ? stacks : stacks.toReversed())
          times.push(await secondsOf(stack, PROMPTS));
    } finally {
      for (const { stack } of stacks) await stack.stop();
      await model.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
    const [bare, ...others] = stacks;
    const ratios = others.map(({ kind, times }) => ({
      kind,
      all: times.map((time, pair) => time / (bare?.times[pair] ?? NaN)),
    }));
    const medians = stacks.map(({ kind, times }) => `${kind} ${median(times).toFixed(1)} s`);
    say(`a list of ${String(PROMPTS)} prompts, medians of ${String(PAIRS)}: ${medians.join(', ')}`);
    for (const { kind, all } of ratios)
      say(
        `${kind}, beside processes: ${median(all).toFixed(2)} (${all.map((one) => one.toFixed(2)).join(' ')})`,
      );
    expect(median(ratios[1]?.all ?? [])).toBeLessThan(1.4);
  },
  900_000,
);

/** Runs a list of so many prompts to its end and returns how long that took. */
async function secondsOf({ apiUrl }: Stack, prompts: number): Promise<number> {
  const tasks = Array.from({ length: prompts }, (_, index) => `Say ${String(index)}.`);
  const began = performance.now();
  const response = await fetch(`${apiUrl}/execute`, {
    method: 'POST',
    body: JSON.stringify({ tasks }),
    headers: { 'content-type': 'application/json', prefer: 'wait=300' },
  });
  const { execution_id, status } = (await response.json()) as { execution_id: string; status: string };
  if (status !== 'completed')
    throw new Error(await (await fetch(`${apiUrl}/executions/${execution_id}/results`)).text());
  return (performance.now() - began) / 1000;
}
