import {
  firstUserTexts,
  say,
  startScriptedModel,
  turnOf,
  useTool,
  waitFor,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let model: ScriptedModel;
let under: StackUnderTest;

beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) => {
      const asked = (firstUserTexts(request).at(-1) ?? '').includes('a hook');
      const uses = [useTool('Write', { file_path: '.husky/pre-commit', content: 'x' })];
      return (asked ? uses[turnOf(request)] : undefined) ?? say('Done.');
    },
  });
  under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

async function run(body: object) {
  const id = await under.submit(body);
  const status = await under.ended(id);
  const { results, ...all } = await under.results(id);
  return { id, status, results, all, events: await under.events(id) };
}

describe('a task that completed although a tool was denied', () => {
  // Proves: warnings-everywhere
  it('has completed with warnings, on every surface, and denied tools are reported', async () => {
    const { id, status, results, all, events } = await run({ tasks: ['Write a hook.', 'Say yes.'] });
    const [denied, fine] = results;
    const message = 'Denied: Write (.husky/pre-commit).';
    expect(denied).toMatchObject({
      status: 'completed',
      outcome: 'completed',
      status_text: 'completed with warnings',
      warnings: [{ code: 'permission_denied', message }],
      denials: [{ tool: 'Write', what: '.husky/pre-commit' }],
    });
    expect(fine).toMatchObject({ status_text: 'completed', warnings: [] });
    expect(fine).not.toHaveProperty('denials');
    const told = {
      status: 'completed',
      status_text: 'completed with warnings',
      progress: '2/2 tasks completed (1 with warnings)',
      completed_tasks: 2,
      warned_tasks: 1,
    };
    expect(all).toMatchObject(told);
    expect(status).toMatchObject(told);
    const page = (await under.call('GET', '/executions')).body as { executions: object[] };
    expect(page.executions[0]).toMatchObject(told);
    const whole = (await under.call('GET', `/executions/${id}`)).body as { tasks: object[] };
    expect(whole).toMatchObject(told);
    expect(whole.tasks[0]).toMatchObject({ status_text: 'completed with warnings', warnings: [{ message }] });
    const ends = events.filter(({ type }) => type === 'task.completed');
    expect(ends.map(({ data }) => data['warnings'])).toEqual([
      [{ code: 'permission_denied', message }],
      undefined,
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'execution.completed', data: { warned_tasks: 1 } });
  });

  it('has its warnings in its receipt', async () => {
    const { id } = await run({ tasks: ['Write a hook.'] });
    const receipt = await under.call('GET', `/executions/${id}/tasks/1/receipt`);
    expect(receipt.body).toMatchObject({
      end: { warnings: [{ code: 'permission_denied' }], denials: [{ tool: 'Write' }] },
    });
    const page = await fetch(`${under.stack.apiUrl}/executions/${id}/report`, {
      headers: { accept: 'text/markdown' },
    });
    const report = await page.text();
    expect(report).toContain('completed with warnings');
    expect(report.replaceAll('\\', '')).toContain('Denied: Write (.husky/pre-commit).');
  });

  it('is verified, as its evidence is intact, and what was done stands beside that', async () => {
    const { id } = await run({ tasks: ['Write a hook.', { command: 'echo x > made' }] });
    const found = (await under.call('GET', `/executions/${id}/verification`)).body as { tasks: object[] };
    expect(found).toMatchObject({
      verdict: 'verified',
      tasks: [
        {
          verdict: 'verified',
          status_text: 'completed with warnings',
          done: { files_changed: 0, commands_run: 0, tool_calls: 1, tools_denied: 1 },
          warnings: ['Denied: Write (.husky/pre-commit).'],
        },
        { done: { files_changed: 1, commands_run: 1, tools_denied: 0 }, warnings: [] },
      ],
    });
  });
});

it('a check that only warns is a warning of its task', async () => {
  const { results, status } = await run({
    tasks: [{ command: 'true', checks: ['exit 3'], on_check_failure: 'warn' }],
  });
  expect(results[0]).toMatchObject({
    status_text: 'completed with warnings',
    warnings: [{ code: 'check_failed', message: expect.stringContaining('exit 3') }],
  });
  expect(status).toMatchObject({ warned_tasks: 1 });
});

describe('progress', () => {
  it('shows what completed, what failed and what never ran', async () => {
    const tasks = [
      { command: 'true' },
      { command: 'false' },
      ...Array.from({ length: 48 }, () => ({ command: 'true' })),
    ];
    const { status, all, events } = await run({ tasks });
    const told = {
      progress: '1/50 tasks completed, 1 failed, 48 not run',
      completed_tasks: 1,
      failed_tasks: 1,
      skipped_tasks: 48,
      not_run_tasks: 48,
      cancelled_tasks: 0,
      timed_out_tasks: 0,
    };
    expect(status).toMatchObject({ ...told, settled_tasks: 50 });
    expect(all).toMatchObject(told);
    expect(events.at(-1)).toMatchObject({
      type: 'execution.failed',
      data: { not_run_tasks: 48, reason: told.progress },
    });
  });

  it('distinguishes a task that timed out from one that failed', async () => {
    const tasks = [{ command: 'sleep 60', timeout: 0.5 }, { command: 'exit 1' }, { command: 'true' }];
    const { status } = await run({ tasks, on_failure: 'continue' });
    expect(status).toMatchObject({
      progress: '1/3 tasks completed, 1 failed, 1 timed out',
      failed_tasks: 2,
      timed_out_tasks: 1,
    });
  });

  it('of a cancelled list distinguishes the task that was ended from those that never ran', async () => {
    const id = await under.submit({
      tasks: [{ command: 'true' }, { command: 'sleep 60' }, { command: 'true' }],
    });
    await waitFor(async () => (await under.status(id)).current_task?.startsWith('Task 2'));
    await under.call('POST', `/executions/${id}/cancel`);
    expect(await under.ended(id)).toMatchObject({
      progress: '1/3 tasks completed, 1 cancelled, 1 not run',
      cancelled_tasks: 2,
      not_run_tasks: 1,
    });
  });
});
