import type { HookStatus } from '@cc-executor/contracts';
import { processesWith, say, startScriptedModel, useTool, waitFor } from '@cc-executor/testkit';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack } from '@cc-executor/local-stack';
import { openSocket } from './socket-client.ts';
import { startStackUnderTest, type Event, type StackUnderTest } from './stack-under-test.ts';

let model: Awaited<ReturnType<typeof startScriptedModel>>;
let under: StackUnderTest;
let hooks: string;
const at = (name: string) => join(hooks, name);

/** What hooks of events have written down, by execution. */
const told = async (id: string) =>
  (await readFile(at('told'), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line.startsWith(`${id} `));

const CONTROL = `
export default ({ task, tasks, workspace, continued }) => {
  const text = task?.text ?? tasks.map(({ text }) => text).join();
  if (text.includes('forbidden')) return { proceed: false, message: 'This is forbidden here.' };
  if (text.includes('hang')) return new Promise(() => setInterval(() => undefined, 1000));
  return undefined;
};`;

beforeAll(async () => {
  hooks = await mkdtemp(join(tmpdir(), 'cc-hooks-'));
  await writeFile(
    at('pre_execution.gate.ts'),
    `export default ({ tasks }: { tasks: { text: string }[] }) => {
      if (tasks.some(({ text }) => text.includes('nobody may'))) return { proceed: false, message: 'Nobody may.' };
      return { env: { FOR_ALL: 'of the execution' } };
    };`,
  );
  await writeFile(at('pre_task.control.mjs'), CONTROL);
  await writeFile(
    at('pre_task.polite.mjs'),
    `export default ({ task }) => {
      if (task.text.includes('break')) throw new Error('the hook is broken');
      if (task.kind === 'command') return { env: { FOR_ONE: 'of task ' + task.task_number } };
      return { prompt: task.text.replace('Greet', 'Please greet'), env: { TONE: 'polite' } };
    };`,
  );
  await writeFile(at('tell'), '#!/bin/sh\necho "$CC_EXECUTOR_EXECUTION_ID $CC_EXECUTOR_EVENT" >> told\n');
  await writeFile(
    at('after'),
    `#!/bin/sh
case "$(cat)" in
*needs-a-check*) echo "the check says no" >&2; exit 1;;
esac
`,
  );
  for (const name of ['tell', 'after']) await chmod(at(name), 0o755);
  const settings = {
    timeout: 20,
    hooks: {
      post_task: [{ command: './after', name: 'check', required: true }],
      post_execution: [{ command: ['sh', '-c', 'echo "{}"'], name: 'done' }],
      on_event: ['./tell'],
    },
  };
  await writeFile(at('hooks.json'), JSON.stringify(settings));
  model = await startScriptedModel({
    script: [
      {
        marker: 'parser.py',
        turns: [
          useTool('StructuredOutput', {
            summary: 'It evaluates its input.',
            findings: [
              { file: 'parser.py', line: 1, severity: 'high', problem: 'eval runs whatever it is given' },
            ],
          }),
        ],
      },
      {
        marker: 'Please greet',
        turns: [useTool('Bash', { command: 'echo "$TONE, $FOR_ALL, $(which tool)"' }), say('Good day.')],
      },
      {
        marker: 'Write the parser',
        turns: [useTool('Bash', { command: 'echo "parse = eval" > parser.py' }), say('I wrote it.')],
      },
    ],
  });
  under = await startStackUnderTest({
    CC_EXECUTOR_HOOKS_DIR: hooks,
    CC_EXECUTOR_BUILT_IN_HOOKS: 'metrics,workspace,review',
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: model.url,
  });
});
afterAll(async () => {
  await under.stop();
  await model.close();
  await rm(hooks, { recursive: true, maxRetries: 10 });
});

async function run(body: { tasks: unknown[]; [key: string]: unknown }) {
  const id = await under.submit(body);
  const { status } = await under.ended(id);
  const events = await under.events(id);
  const of = (type: string): Event['data'][] =>
    events.filter((event) => event.type === type).map(({ data }) => data);
  return { id, status, events, of, results: (await under.results(id)).results };
}

describe('a hook before a task', () => {
  // Proves: hooks-decide
  it('changes the prompt and the variables of an agent, and the events say what was asked and what was sent', async () => {
    const { status, of, results, events } = await run({ tasks: ['Greet them.'] });
    expect([status, results[0]?.result]).toEqual(['completed', 'Good day.']);
    expect(of('hook.amended')).toContainEqual({
      hook: 'polite',
      stage: 'pre_task',
      env: ['TONE'],
      prompt: { asked: 'Greet them.', sent: 'Please greet them.' },
    });
    expect(JSON.stringify(of('agent.tool_result'))).toContain('polite, of the execution');
    expect(JSON.stringify(events)).not.toContain('"TONE":');
  });

  it('gives a command its variables', async () => {
    const { results } = await run({ tasks: [{ command: 'echo "$FOR_ONE, $FOR_ALL"' }] });
    expect(results[0]?.stdout).toBe('of task 1, of the execution\n');
  });

  // Proves: hooks-decide
  it('refuses it: nothing is started, and nothing is tried again', async () => {
    const { status, results, of } = await run({
      tasks: [{ command: 'echo forbidden > made', retries: 3 }, 'Never.'],
    });
    expect(status).toBe('failed');
    expect(results[0]).toMatchObject({
      status: 'failed',
      outcome: 'hook_refused',
      message: 'The hook control refused it: This is forbidden here.',
      attempt: 1,
    });
    expect(results[1]?.status).toBe('skipped');
    expect(of('task.process')).toEqual([]);
  });

  it('that fails is a warning, and the task continues', async () => {
    const { status, of } = await run({ tasks: [{ command: 'echo break' }] });
    expect(status).toBe('completed');
    expect(of('hook.warning')).toEqual([
      {
        hook: 'polite',
        stage: 'pre_task',
        required: false,
        message: 'It ended with exit code 1.',
        stderr: expect.stringContaining('the hook is broken'),
      },
    ]);
  });

  it('that fails is reported on the socket that runs the command', async () => {
    const client = await openSocket(under.stack.wsUrl);
    await client.call('execute', { command: 'echo break' });
    expect(await client.next('hook.warning')).toMatchObject({ hook: 'polite', required: false });
    await client.next('process.completed');
    client.socket.close();
  });

  it('is ended by a cancel, with all that it has started', async () => {
    const id = await under.submit({ tasks: [{ command: 'echo hang' }] });
    await waitFor(async () => (await under.status(id)).current_task);
    await under.call('DELETE', `/executions/${id}`);
    expect(await under.ended(id)).toMatchObject({ status: 'cancelled' });
    expect((await under.events(id)).map(({ type }) => type)).not.toContain('hook.warning');
  });
});

describe('hooks of an execution', () => {
  it('refuse all of it', async () => {
    const { status, of, events } = await run({ tasks: ['This nobody may do.', { command: 'true' }] });
    expect(status).toBe('failed');
    expect(of('execution.failed')[0]).toMatchObject({ reason: 'The hook gate refused it: Nobody may.' });
    expect(of('task.skipped')).toEqual([{ reason: 'hook_refused' }, { reason: 'hook_refused' }]);
    expect(events.map(({ type }) => type)).not.toContain('task.started');
  });

  it('come before its end, and the built-in one sums up', async () => {
    const { events, of } = await run({ tasks: [{ command: 'echo one' }, { command: 'exit 3', retries: 1 }] });
    expect(events.slice(-3).map(({ type }) => type)).toEqual([
      'hook.metrics',
      'hook.finished',
      'execution.failed',
    ]);
    expect(of('hook.metrics')[0]).toMatchObject({
      attempts: 3,
      retries: 1,
      outcomes: { completed: 1, nonzero_exit: 1 },
      output_bytes: 4,
      cost_usd: null,
    });
  });

  it('receive its events, none twice, and output only where they ask for it', async () => {
    const { id, events } = await run({ tasks: [{ command: 'echo one' }] });
    const due = events
      .filter(
        ({ type }) => !type.startsWith('hook.') && type !== 'task.output' && type !== 'execution.queued',
      )
      .map(({ type }) => `${id} ${type}`);
    await waitFor(async () => (await told(id)).length >= due.length);
    expect(await told(id)).toEqual(due);
  });
});

describe('a required hook after a task', () => {
  it('that fails fails a task that succeeded', async () => {
    const { status, results, of } = await run({ tasks: [{ command: 'echo needs-a-check' }] });
    expect(status).toBe('failed');
    expect(results[0]).toMatchObject({
      outcome: 'hook_failed',
      message: 'The hook check: It ended with exit code 1.',
      exit_code: 0,
    });
    expect(of('hook.warning')[0]).toMatchObject({ required: true, stderr: 'the check says no' });
  });
});

describe('the built-in hook', () => {
  it('workspace puts what the workspace brings along first on the PATH, of commands and of agents', async () => {
    const workspace = 'with-tools';
    const folder = under.workspace(workspace);
    for (const bin of ['.venv/bin', 'node_modules/.bin']) await mkdir(join(folder, bin), { recursive: true });
    await writeFile(join(folder, '.venv/pyvenv.cfg'), '');
    await writeFile(join(folder, 'node_modules/.bin/tool'), '#!/bin/sh\necho the tool', { mode: 0o755 });
    const { results, of } = await run({
      workspace,
      tasks: [{ command: 'tool; echo "$VIRTUAL_ENV"' }, 'Greet them.'],
    });
    expect(results[0]?.stdout).toBe(`the tool\n${folder}/.venv\n`);
    expect(JSON.stringify(of('agent.tool_result'))).toContain(`${folder}/node_modules/.bin/tool`);
  });

  it('review has a fresh agent look at what a prompt has changed', async () => {
    const { results, of, events } = await run({ tasks: ['Write the parser.'] });
    expect(results[0]).toMatchObject({ status: 'completed', result: 'I wrote it.' });
    expect(of('task.reviewing')).toEqual([{ files: ['parser.py'], total_files: 1 }]);
    expect(of('task.reviewed')[0]).toMatchObject({
      summary: 'It evaluates its input.',
      findings: [{ file: 'parser.py', line: 1, severity: 'high', problem: 'eval runs whatever it is given' }],
      outcome: 'completed',
    });
    const init = of('agent.init').map((data) => data['session_id']);
    expect(init).toHaveLength(1);
    expect(of('task.reviewed')[0]?.['session_id']).not.toBe(init[0]);
    expect(events.filter(({ type }) => type === 'task.warning')).toMatchObject([
      { data: { code: 'review', message: expect.stringContaining('eval runs whatever') } },
    ]);
  });

  it('review asks nobody where nothing has changed', async () => {
    const { of } = await run({ tasks: ['Greet them.'] });
    expect(of('task.reviewing')).toEqual([]);
  });
});

it('hook_status and GET /hooks/status report the hooks and their results', async () => {
  const client = await openSocket(under.stack.wsUrl);
  const status = await waitFor(async () => {
    const now = await client.call('hook_status');
    return (now.statistics['refused'] ?? 0) > 1 ? now : null;
  });
  expect(status).toMatchObject({ enabled: true, statistics: { failed: expect.any(Number) } });
  expect(status.hooks_configured.toSorted()).toEqual([
    'on_event',
    'post_execution',
    'post_task',
    'pre_execution',
    'pre_task',
  ]);
  expect(status.hooks.map(({ name }) => name)).toEqual([
    'metrics',
    'workspace',
    'review',
    'check',
    'done',
    'tell',
    'gate',
    'control',
    'polite',
  ]);
  expect(status.recent_executions).toHaveLength(20);
  const { body } = await under.call('GET', '/hooks/status');
  expect((body as HookStatus).hooks).toEqual(status.hooks);
  client.socket.close();
});

it('a fault of the hooks is reported at the start, and nothing is started', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cc-bad-hooks-'));
  const settings = { hooks: { pre_task: ['no-such-program', { module: 'missing.ts' }] } };
  await writeFile(join(folder, 'hooks.json'), JSON.stringify(settings));
  const env = {
    PATH: process.env['PATH'],
    CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
    CC_EXECUTOR_API_PORT: '0',
    CC_EXECUTOR_WS_PORT: '0',
    CC_EXECUTOR_HOOKS_DIR: folder,
  };
  const started = startStack({ env });
  await expect(started).rejects.toThrow(
    /"no-such-program" is neither a program[^]*"missing\.ts" is not a module/,
  );
  expect(processesWith(folder)).toEqual([]);
  await rm(folder, { recursive: true, maxRetries: 10 });
});
