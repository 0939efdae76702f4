import { hang, say, startScriptedModel, useTool, waitFor } from '@cc-executor/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStackUnderTest, type Event, type StackUnderTest } from './stack-under-test.ts';

const TASKS = [
  'Write a greeting into greeting.txt. The password of this task is swordfish.',
  'Say what two and two make.',
  'Read greeting.txt and say what is in it.',
];

let model: Awaited<ReturnType<typeof startScriptedModel>>;
let under: StackUnderTest;
beforeAll(async () => {
  model = await startScriptedModel({
    script: [
      {
        marker: 'Write a greeting',
        turns: [
          useTool('Bash', { command: 'printf "hello from task 1" > greeting.txt' }),
          say('I wrote it.'),
        ],
      },
      { marker: 'Never answer', turns: [hang()] },
      {
        marker: 'Work for long',
        turns: [useTool('Bash', { command: 'echo begun; echo x >> begun' }), hang(), say('All done.')],
      },
      { marker: 'two and two', turns: [say('Four.')] },
      {
        marker: 'Read greeting.txt',
        turns: [useTool('Bash', { command: 'cat greeting.txt' }), say('It says hello.')],
      },
    ],
  });
  under = await startStackUnderTest({
    CC_EXECUTOR_CONCURRENCY: '1',
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: model.url,
  });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

async function watch(url: string): Promise<Event[]> {
  const events: Event[] = [];
  const socket = new WebSocket(url);
  socket.on('message', (data: Buffer) => events.push(JSON.parse(data.toString()) as Event));
  await new Promise((resolve) => socket.once('close', resolve));
  return events;
}

describe('three prompts', () => {
  // Proves: fresh-agent
  it('run in order, each by a fresh agent, in one workspace, and everything is streamed', async () => {
    const id = await under.submit({ tasks: TASKS });
    const watched = watch(`${under.stack.wsUrl}/executions/${id}/stream?after=0`);
    expect(await under.ended(id)).toMatchObject({ status: 'completed', progress: '3/3 tasks completed' });
    const { results } = await under.results(id);
    expect(results.map(({ status, result, exit_code }) => [status, result, exit_code])).toEqual([
      ['completed', 'I wrote it.', null],
      ['completed', 'Four.', null],
      ['completed', 'It says hello.', null],
    ]);
    expect(new Set(results.map(({ session_id }) => session_id)).size).toBe(3);
    expect(results[0]?.agent_version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(results[0]?.usage?.output_tokens).toBeGreaterThan(0);
    expect(await readFile(join(under.workspace(id), 'greeting.txt'), 'utf8')).toBe('hello from task 1');

    const events = (await watched).filter(({ type }) => type !== 'end');
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    const ofTask = (task: number, type: string) =>
      events.filter((event) => event.task === task && event.type === type);
    expect(ofTask(3, 'agent.tool_result')[0]?.data['content']).toEqual(
      expect.stringContaining('hello from task 1'),
    );
    expect(
      ofTask(1, 'agent.delta')
        .map(({ data }) => data['text'])
        .join(''),
    ).toBe('I wrote it.');
    const started = events.filter(({ type }) => type === 'task.started').map(({ seq }) => seq);
    const completed = events.filter(({ type }) => type === 'task.completed').map(({ seq }) => seq);
    expect(started[1]).toBeGreaterThan(completed[0] ?? Infinity);
    expect(started[2]).toBeGreaterThan(completed[1] ?? Infinity);

    const second = model.requests.find(({ body }) => JSON.stringify(body).includes('two and two'));
    expect(JSON.stringify(second?.body)).not.toMatch(/swordfish|greeting/);
    const answer = await fetch(`${under.stack.apiUrl}/executions/${id}/tasks/2/output`);
    expect(await answer.text()).toBe('Four.');
  });

  // Proves: commands-have-a-lane
  it('never block a list of commands, which has its own lane', async () => {
    const slow = await under.submit({ tasks: ['Never answer.'] });
    const second = await under.submit({ tasks: ['Never answer.'] });
    const quick = await under.submit({ tasks: [{ command: 'echo quick' }] });
    expect(await under.ended(quick)).toMatchObject({ status: 'completed' });
    expect((await under.status(slow)).status).toBe('running');
    expect((await under.status(second)).status).toBe('queued');
    for (const id of [slow, second]) {
      await under.call('DELETE', `/executions/${id}`);
      expect(await under.ended(id)).toMatchObject({ status: 'cancelled' });
    }
  });

  it('can be asked whether there is a credential', async () => {
    const { body } = await under.call('GET', '/auth/status');
    expect(body).toMatchObject({ status: 'authenticated', method: 'api_key' });
    expect(JSON.stringify(body)).not.toContain('sk-test');
  });
});

describe('a prompt whose worker is killed', () => {
  // Proves: interrupted-conversation-resumes
  it('continues in its conversation, and what it had done is not done again', async () => {
    const id = await under.submit({ tasks: ['Work for long.'] });
    const hung = async () =>
      (await under.eventsSoFar(id)).some(
        ({ type, data }) => type === 'agent.tool_result' && !data['is_error'],
      );
    await waitFor(hung, { what: 'the tool to have run' });
    process.kill(under.stack.pids()['worker'] ?? 0, 'SIGKILL');
    expect(await under.ended(id, 90)).toMatchObject({ status: 'completed' });
    const { results } = await under.results(id);
    expect(results[0]).toMatchObject({ attempt: 2, result: 'All done.', outcome: 'completed' });
    expect(await readFile(join(under.workspace(id), 'begun'), 'utf8')).toBe('x\n');
    const started = (await under.events(id)).filter(({ type }) => type === 'task.started');
    const sessions = started.map(({ data }) => data['session'] as { id: string; resumed: boolean });
    expect(sessions.map(({ resumed }) => resumed)).toEqual([false, true]);
    expect(sessions[1]?.id).toBe(sessions[0]?.id);
    expect(results[0]?.session_id).toBe(sessions[0]?.id);
  });
});

describe('mixed lists', () => {
  it('hand on by the workspace', async () => {
    const tasks = [{ command: 'printf made > greeting.txt' }, TASKS[2], { command: 'cat greeting.txt' }];
    const id = await under.submit({ tasks });
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    const { results } = await under.results(id);
    expect(results.map(({ stdout }) => stdout)).toEqual(['', 'It says hello.', 'made']);
  });
});
