import {
  CONTAINERS,
  firstUserTexts,
  httpError,
  processesWith,
  say,
  startScriptedModel,
  useTool,
  waitFor,
  type Reply,
  type ScriptedModel,
} from '@cc-executor/testkit';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

/** What is said to prompts with these words, one reply after the other; the last one again and again. */
let script: Record<string, Reply[]> = {};
let prompts: string[] = [];
let model: ScriptedModel;
let under: StackUnderTest;

beforeAll(async () => {
  model = await startScriptedModel({
    script: (request) => {
      const prompt = firstUserTexts(request).at(-1) ?? '';
      prompts.push(prompt);
      const replies = Object.entries(script).find(([word]) => prompt.includes(word))?.[1] ?? [];
      return (replies.length > 1 ? replies.shift() : replies[0]) ?? say('Done.');
    },
  });
  under = await startStackUnderTest({ ANTHROPIC_API_KEY: 'sk-test', ANTHROPIC_BASE_URL: model.url });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

async function run(body: object) {
  prompts = [];
  const id = await under.submit(body);
  await under.ended(id);
  const { results } = await under.results(id);
  return { id, results, events: await under.events(id) };
}

const attemptFolder = (id: string, task: number) =>
  join(under.folder, `data/executions/${id}/task-${String(task)}/attempt-1`);

describe('checks', () => {
  // Proves: checks-decide
  it('are run after a task, all of them, and decide how it ends', async () => {
    const { id, results, events } = await run({
      tasks: [{ command: 'echo made > it', checks: ['cat it', 'echo why; echo that >&2; exit 3', 'pwd'] }],
    });
    const [task] = results;
    expect(task).toMatchObject({
      status: 'failed',
      outcome: 'check_failed',
      exit_code: 0,
      stdout: '',
      message: 'A check failed. "echo why; echo that >&2; exit 3": The command ended with exit code 3.',
    });
    const failed = { outcome: 'nonzero_exit', exit_code: 3, output_bytes: 9, file: 'check-2.txt' };
    expect(task?.checks).toMatchObject([
      { command: 'cat it', round: 0, outcome: 'completed', exit_code: 0, output_tail: 'made\n' },
      { ...failed, round: 0, output_tail: expect.stringMatching(/^(why\nthat|that\nwhy)\n$/) },
      { outcome: 'completed', output_tail: `${under.workspace(id)}\n` },
    ]);
    const told = events
      .filter(({ type }) => type.startsWith('task.check'))
      .map(({ type, data }) => [type, data]);
    expect(told).toMatchObject([
      ['task.checking', { command: 'cat it', round: 0, number: 1, of: 3 }],
      ['task.checked', { outcome: 'completed' }],
      ['task.checking', { number: 2 }],
      ['task.checked', failed],
      ['task.checking', { command: 'pwd' }],
      ['task.checked', { outcome: 'completed' }],
    ]);
    expect(await readFile(join(attemptFolder(id, 1), 'check-1.txt'), 'utf8')).toBe('made\n');
  });

  it('are those of the list for each task without its own, and can be a warning', async () => {
    const { results, events } = await run({
      checks: ['false'],
      on_failure: 'continue',
      tasks: [
        { command: 'true' },
        { command: 'true', checks: [] },
        { command: 'true', checks: ['true'] },
        { command: 'true', on_check_failure: 'warn' },
        { command: 'exit 4' },
      ],
    });
    expect(results.map(({ outcome, checks }) => [outcome, checks.map(({ exit_code }) => exit_code)])).toEqual(
      [
        ['check_failed', [1]],
        ['completed', []],
        ['completed', [0]],
        ['completed', [1]],
        ['nonzero_exit', []],
      ],
    );
    const warnings = events.filter(({ type }) => type === 'task.warning');
    expect(warnings).toMatchObject([{ task: 4, data: { code: 'check_failed' } }]);
  });

  it('that fail are a reason to try again', async () => {
    const check = 'test -e seen || { touch seen; exit 1; }';
    const { results, events } = await run({ tasks: [{ command: 'true', retries: 1, checks: [check] }] });
    expect(results[0]).toMatchObject({ status: 'completed', attempt: 2 });
    expect(events.filter(({ type }) => type === 'task.retrying')).toMatchObject([
      { data: { outcome: 'check_failed' } },
    ]);
  });

  it('that print 100 MB, end by a signal, are missing, or leave processes are reported as what they are', async () => {
    const { id, results } = await run({
      on_failure: 'continue',
      tasks: [
        { command: 'true', checks: ['head -c 100000000 /dev/zero | tr "\\0" x; echo end; exit 1'] },
        { command: 'true', checks: ['kill -9 $$'] },
        { command: 'true', checks: ['no-such-program-here'] },
        { command: 'true', checks: ['setsid sleep 600 & setsid sleep 600 & echo left'] },
        { command: 'true', checks: ['sleep 600'], timeout: 1 },
        { command: 'true', checks: ["printf '\\377\\0\\303'"] },
      ],
    });
    const checks = results.map((task) => task.checks[0]);
    expect(results.map(({ outcome }, index) => [outcome, checks[index]?.outcome])).toEqual([
      ['check_failed', 'nonzero_exit'],
      ['check_failed', CONTAINERS === null ? 'signalled' : 'nonzero_exit'],
      ['check_failed', 'nonzero_exit'],
      ['completed', 'completed'],
      ['timed_out', 'timed_out'],
      ['completed', 'completed'],
    ]);
    expect(checks[0]).toMatchObject({ output_bytes: 100_000_004 });
    expect(checks[0]?.output_tail).toBe(`${'x'.repeat(2044)}end\n`);
    expect((await stat(join(attemptFolder(id, 1), 'check-1.txt'))).size).toBe(100_000_004);
    // In a container, as a shell reports it: see docs/guides/sandbox.md.
    expect(checks[1]).toMatchObject(
      CONTAINERS === null ? { signal: 'SIGKILL', exit_code: null } : { signal: null, exit_code: 137 },
    );
    expect(checks[2]).toMatchObject({ exit_code: 127 });
    expect(results[4]?.message).toContain('timeout of 1 s');
    expect(processesWith(id)).toEqual([]);
  });

  it('are cancelled with their execution', async () => {
    const id = await under.submit({ tasks: [{ command: 'true', checks: ['echo up; sleep 600', 'true'] }] });
    const begun = async () => (await under.eventsSoFar(id)).some(({ type }) => type === 'task.checking');
    await waitFor(begun);
    await under.call('DELETE', `/executions/${id}`);
    expect(await under.ended(id)).toMatchObject({ status: 'cancelled' });
    const [task] = (await under.results(id)).results;
    expect(task).toMatchObject({ outcome: 'cancelled', checks: [{ outcome: 'cancelled' }] });
  });

  it('that cannot be are refused with every fault', async () => {
    const refused = await under.call('POST', '/execute', {
      max_fixes: 2,
      checks: ['x'.repeat(128 * 1024), 'a\0b', '', 7],
      tasks: [
        { command: 'true', checks: ['true'], on_check_failure: 'fix' },
        { prompt: 'a', checks: Array.from({ length: 11 }, () => 'true'), max_fixes: 9 },
        { prompt: 'b', checks: [], on_check_failure: 'warn' },
        { prompt: 'c', on_check_failure: 'maybe' },
      ],
    });
    expect(refused.status).toBe(400);
    const { errors } = refused.body as { errors: { path: string; message: string }[] };
    expect(errors.map(({ path, message }) => `${path} ${message}`).toSorted()).toEqual([
      'checks[0] has 131072 bytes; at most 4096 are allowed',
      'checks[1] must not contain a NUL character',
      'checks[2] must not be empty',
      'checks[3] must be a string',
      'tasks[0].on_check_failure is "fix", which is for prompts only: no agent has done this',
      'tasks[1].checks must have at most 10 commands',
      'tasks[1].max_fixes must be at most 5',
      'tasks[1].max_fixes needs on_check_failure "fix"',
      'tasks[2].on_check_failure needs checks',
      'tasks[3].on_check_failure must be "fail", "warn" or "fix"',
    ]);
  });
});

describe('a check that fails, where it is to be fixed,', () => {
  const check = 'cat good.txt';
  const usage = { input_tokens: 100, output_tokens: 10 };
  const make = (id: string) =>
    useTool('Write', { file_path: join(under.workspace(id), 'good.txt'), content: 'good' });

  it('is given to a fresh agent, and run again', async () => {
    script = {
      'The task:': [],
      'good.txt': [make('to-fix'), say('Now it is there.', { usage })],
      'Make it.': [say('It is made.', { usage })],
    };
    const { results, events } = await run({
      execution_id: 'to-fix',
      tasks: [{ prompt: 'Make it.', checks: ['true', check], on_check_failure: 'fix' }],
    });
    const [task] = results;
    expect(task).toMatchObject({ status: 'completed', result: 'It is made.', stdout: 'It is made.' });
    expect(task?.checks.map(({ command, round, exit_code }) => [command, round, exit_code])).toEqual([
      ['true', 0, 0],
      [check, 0, 1],
      ['true', 1, 0],
      [check, 1, 0],
    ]);
    const asked = prompts.find((prompt) => prompt.includes('<task>')) ?? '';
    expect(asked).toContain('<task>\nMake it.\n</task>');
    expect(asked).toContain(`<command>${check}</command>`);
    expect(asked).toContain('No such file or directory');
    expect(asked).not.toContain('<command>true</command>');
    const end = events.find(({ type }) => type === 'task.completed')?.data as {
      session_id: string;
      cost_usd: number;
      fixes: { round: number; outcome: string; session_id: string; cost_usd: number }[];
    };
    const [fix] = end.fixes;
    expect(end.fixes).toMatchObject([{ round: 1, outcome: 'completed' }]);
    expect(fix?.session_id).not.toBe(end.session_id);
    expect(end.cost_usd).toBeGreaterThan(fix?.cost_usd ?? Infinity);
    expect(events.filter(({ type }) => type.startsWith('task.fix'))).toMatchObject([
      { type: 'task.fixing', data: { round: 1, of: 2, failed: [check] } },
      { type: 'task.fixed', data: { outcome: 'completed' } },
    ]);
    expect(events.filter(({ type }) => type === 'agent.init')).toHaveLength(1);
  });

  it('fails the task when nobody can', async () => {
    script = { 'Make it.': [say('It is made.')] };
    const { results } = await run({
      tasks: [{ prompt: 'Make it.', checks: [check], on_check_failure: 'fix', max_fixes: 1 }],
    });
    expect(results[0]).toMatchObject({ outcome: 'check_failed', result: 'It is made.' });
    expect(results[0]?.message).toMatch(/^A check failed, after 1 try to fix it\. "cat good\.txt": /);
    expect(results[0]?.checks.map(({ round }) => round)).toEqual([0, 1]);
  });

  it('does not count as fixed where the agent for that could not do it', async () => {
    script = { '<task>': [httpError(400, 'not today')], 'Make it.': [say('It is made.')] };
    const id = await under.submit({
      tasks: [{ prompt: 'Make it.', checks: [check], on_check_failure: 'fix', max_fixes: 1 }],
    });
    expect(await under.ended(id)).toMatchObject({ status: 'failed' });
    const [end] = (await under.events(id)).filter(({ type }) => type === 'task.failed');
    expect(end?.data).toMatchObject({
      outcome: 'check_failed',
      fixes: [{ outcome: 'invalid_request', message: expect.stringContaining('not today') as string }],
      checks: [{ round: 0 }, { round: 1 }],
    });
  });

  it('and whose agent is refused by the model has its execution paused, as any prompt', async () => {
    script = { '<task>': [httpError(401)], 'Make it.': [say('It is made.')] };
    const id = await under.submit({
      tasks: [{ prompt: 'Make it.', checks: [check], on_check_failure: 'fix' }],
    });
    await waitFor(async () => (await under.status(id)).status === 'paused');
    const events = await under.eventsSoFar(id);
    expect(events.find(({ type }) => type === 'task.interrupted')?.data).toMatchObject({
      outcome: 'auth_failed',
      fixes: [{ outcome: 'auth_failed' }],
    });
    await under.call('DELETE', `/executions/${id}`);
    expect(await under.ended(id)).toMatchObject({ status: 'cancelled' });
  });
});
