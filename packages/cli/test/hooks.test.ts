import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCli, startCliUnderTest } from './cli-under-test.ts';

let hooks: string;
let under: Awaited<ReturnType<typeof startCliUnderTest>>;
beforeAll(async () => {
  hooks = await mkdtemp(join(tmpdir(), 'cc-cli-hooks-'));
  await writeFile(
    join(hooks, 'pre_task.polite.mjs'),
    "export default ({ task }) => ({ prompt: 'Please: ' + task.text, env: { TONE: 'polite' }, message: 'hello' });",
  );
  await writeFile(
    join(hooks, 'post_task.broken.mjs'),
    "export default () => { throw new Error('it broke'); };",
  );
  under = await startCliUnderTest({ CC_EXECUTOR_HOOKS_DIR: hooks, CC_EXECUTOR_BUILT_IN_HOOKS: 'metrics' });
});
afterAll(async () => {
  await under.stop();
  await rm(hooks, { recursive: true, maxRetries: 10 });
});

const local = async (...args: string[]) =>
  await startCli(['hooks', 'run', ...args], { CC_EXECUTOR_HOOKS_DIR: hooks }).ended;

describe('hooks list', () => {
  it('shows what there is, and how it went', async () => {
    await under.cli('run', 'true');
    const { code, stdout } = await under.cli('hooks', 'list');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^post_execution +metrics +- +- +built in/m);
    expect(stdout).toMatch(/^pre_task +polite +- +30 s +pre_task\.polite\.mjs$/m);
    const { statistics } = JSON.parse((await under.cli('--json', 'hooks', 'list')).stdout) as {
      statistics: object;
    };
    expect(statistics).toMatchObject({ runs: expect.any(Number), timed_out: 0 });
  });
});

describe('hooks run', () => {
  it('shows what the hooks of a stage answer to a sample', async () => {
    const { code, stdout } = await local('pre_task');
    expect([code, stdout.replace(/\([\d.]+ s\)/, '(1 s)')]).toEqual([
      0,
      'polite  amended: hello  (1 s)\n  TONE=polite\n  prompt:\n    Please: Say what two and two make.\n',
    ]);
  });

  it('gives them what a file says', async () => {
    const file = await under.file('context.json', '{"task": {"text": "Mine."}}');
    expect((await local('pre_task', 'polite', '--context', file)).stdout).toContain('    Please: Mine.\n');
  });

  it('ends with 1 when one fails, and shows its stderr', async () => {
    const { code, stdout } = await local('post_task');
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('broken  failed: It ended with exit code 1.'),
    ]);
    expect(stdout).toContain('Error: it broke');
  });

  it.each([
    [['before'], 2, '<stage>: got "before". It must be one of '],
    [['pre_task', 'nobody'], 1, 'has no hook of pre_task named "nobody"'],
    [['pre_task', '--context', '/nowhere'], 2, "can't be read as JSON"],
  ])('tells what is wrong with %j', async (args, code, said) => {
    const ended = await local(...args);
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(said)]);
  });

  it('reports where there are none', async () => {
    expect(await startCli(['hooks', 'run', 'pre_task'], { CC_EXECUTOR_HOOKS_DIR: '' }).ended).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('CC_EXECUTOR_HOOKS_DIR is not set'),
    });
  });
});
