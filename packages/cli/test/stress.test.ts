import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCli, startCliUnderTest } from './cli-under-test.ts';

let under: Awaited<ReturnType<typeof startCliUnderTest>>;
beforeAll(async () => {
  under = await startCliUnderTest();
});
afterAll(async () => await under.stop());

describe('test stress', () => {
  it('gives throughput and latencies', async () => {
    const { code, stdout } = await under.cli('--json', 'test', 'stress', '--tasks', '20', '--parallel', '4');
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      {
        tasks: 20,
        parallel: 4,
        completed: 20,
        failures: {},
        tasks_per_second: expect.any(Number),
        latencies: {
          submit: { median: expect.any(Number), p99: expect.any(Number) },
          whole: expect.anything(),
        },
      },
    ]);
    const { stdout: list } = await under.cli('--json', 'list', '--all', '--limit', '50');
    expect((JSON.parse(list) as { executions: unknown[] }).executions).toHaveLength(20);
  });

  it('runs the tasks of a file in turn, reports what failed and why, and ends with 1', async () => {
    const file = await under.file('tasks.yaml', '- command: "true"\n- command: exit 3\n');
    const { code, stdout } = await under.cli('test', 'stress', '--tasks', '5', '--parallel', '2', file);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^5 tasks, 2 at a time, in [\d.]+ s: .*^3 completed, 2 failed\n {2}2 × nonzero_exit$/ms,
    );
    expect(stdout).toMatch(/^MEDIAN ms +95% +99% +MOST +OF$/m);
  });

  it('reports what it cannot begin with', async () => {
    expect((await under.cli('test', 'stress', '--tasks', '0')).code).toBe(2);
    expect((await under.cli('test', 'stress', '/nowhere.yaml')).code).toBe(2);
    const nobody = { CC_EXECUTOR_URL: 'http://127.0.0.1:1' };
    expect((await startCli(['test', 'stress', '--tasks', '3'], nobody).ended).code).toBe(3);
  });
});
