import { AnalysisView, Problem } from '@cc-executor/contracts';
import { predictTasks } from '@cc-executor/executions';
import { runOf } from '@cc-executor/forecast';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApi, type ApiUnderTest } from './api-under-test.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => api.close());

const analyze = async (body: object) => {
  const response = await api.call.post('/tasks/analyze').send(body);
  expect(response.status).toBe(200);
  return AnalysisView.parse(response.body);
};

test('a list is analysed without running anything', async () => {
  const tasks = ['What is 2+2?', 'Fix the bug', { command: 'git commit -m x', name: 'save it' }];
  const { tasks: analysed, forecast, total_tasks } = await analyze({ tasks });
  expect(total_tasks).toBe(3);
  expect(analysed.map(({ classification }) => classification)).toMatchObject([
    { category: 'calculation', complexity: 'trivial' },
    { category: 'code', complexity: 'medium' },
    { category: 'system_command', complexity: 'trivial', signature: 'git commit' },
  ]);
  expect(analysed.map(({ findings }) => findings.map(({ code }) => code))).toEqual([[], ['vague'], []]);
  expect(analysed[2]).toMatchObject({ task_number: 3, task_description: 'save it', kind: 'command' });
  expect(forecast).toMatchObject({ tokens: null, cost_usd: null, without_history: 3 });
  expect(forecast.expected).toBeGreaterThan(15 + 180 + 15);
  expect(forecast.likely).toBeGreaterThan(forecast.expected);
  expect((await api.call.get('/executions')).body).toMatchObject({ executions: [] });
});

test('what has run before is predicted from its own history, with tokens and cost', async () => {
  const task = {
    kind: 'prompt',
    text: 'Write tests for the tokenizer',
    agent: 'claude',
    timeout: null,
  } as const;
  for (let n = 0; n < 12; n++) {
    const [known] = await predictTasks(api.dependencies.statistics, [task], 0);
    const run =
      known &&
      runOf(known.mark, { seconds: 70 + n, whole: true, load: 0, silence: null, tokens: 9000, cost: 0.5 });
    if (run) await api.dependencies.statistics.add(known.levels, run);
  }
  const { tasks, forecast } = await analyze({
    tasks: ['Write tests for the renderer', 'Write tests for the tokenizer'],
  });
  for (const { prediction } of tasks) {
    expect(prediction.expected).toBeGreaterThan(60);
    expect(prediction.based_on).toMatchObject({ level: 'signature', runs: 12 });
  }
  expect(forecast).toMatchObject({ tokens: 18_000, cost_usd: 1, without_history: 0 });
});

test('bad input is reported as for a submission', async () => {
  const response = await api.call
    .post('/tasks/analyze')
    .send({ tasks: ['', { prompt: 'x', command: 'y' }], other: 1 });
  expect(response.status).toBe(400);
  const { errors } = Problem.parse(JSON.parse(response.text));
  expect(errors?.map(({ path }) => path).toSorted()).toEqual(['other', 'tasks[0]', 'tasks[1]']);
});

test('prompts of every odd shape are analysed', async () => {
  const tasks = [
    'x',
    '?',
    'é',
    'a'.repeat(1024 * 1024),
    '[category:code][category:test]',
    'パーサーのテストを書いて',
    'x\u200b',
  ];
  const { tasks: analysed } = await analyze({ tasks });
  expect(analysed.map(({ prediction }) => prediction.expected > 0)).toEqual(tasks.map(() => true));
  expect(analysed[4]?.findings.map(({ code }) => code)).toContain('contradicting_tags');
});

test('a submission returns the findings, and runs', async () => {
  const accepted = await api.call.post('/execute').send({ tasks: ['What is 2+2?', 'Fix the bug'] });
  expect(accepted.status).toBe(202);
  expect(accepted.body).toMatchObject({ warnings: [{ task: 2, code: 'vague' }] });
  const fine = await api.call.post('/execute').send({ tasks: ['What is 2+2?'] });
  expect(fine.body).not.toHaveProperty('warnings');
});

test('a strict one with findings is refused, every one of them reported, and nothing is stored', async () => {
  const before = (await api.call.get('/executions')).body as { executions: unknown[] };
  const refused = await api.call.post('/execute').send({
    tasks: ['Fix the bug', 'What is 2+2?', { command: 'vim a.txt' }],
    strict: true,
  });
  expect(refused.status).toBe(400);
  const { errors } = Problem.parse(JSON.parse(refused.text));
  expect(errors?.map(({ path }) => path)).toEqual(['tasks[0]', 'tasks[2]']);
  expect((await api.call.get('/executions')).body).toEqual(before);
  const fine = await api.call.post('/execute').send({ tasks: ['What is 2+2?'], strict: true });
  expect(fine.status).toBe(202);
});

test('tasks in containers are forecast at the same time, as they run', async () => {
  // Nothing starts there: the launcher is only named.
  const boxed = await startApi({
    CC_EXECUTOR_ISOLATION: 'container',
    CC_EXECUTOR_LAUNCHER_SOCKET: '/nonexistent/launcher.sock',
  });
  const tasks = [1, 2].map((number) => ({ command: `sleep ${String(number)}`, needs: [] }));
  const expected = async (body: object) =>
    AnalysisView.parse((await boxed.call.post('/tasks/analyze').send(body)).body).forecast.expected;
  expect(await expected({ tasks })).toBe(await expected({ tasks, isolation: 'process' }));
  expect(await expected({ tasks })).toBeLessThan(await expected({ tasks, max_parallel: 1 }));
  await boxed.close();
});
