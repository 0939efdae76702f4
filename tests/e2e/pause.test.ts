import { processesWith, say, startScriptedModel, useTool, waitFor } from '@cc-executor/testkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { meets, startStackUnderTest, type StackUnderTest } from './stack-under-test.ts';

let model: Awaited<ReturnType<typeof startScriptedModel>>;
let under: StackUnderTest;
beforeAll(async () => {
  const turns = [
    useTool('Bash', { command: 'echo $$ > pid; until [ -e go ]; do sleep 0.02; done' }),
    say('Done.'),
    // Gone on with, the conversation has a turn more.
    say('Done.'),
  ];
  const besideTurns = [useTool('Bash', { command: meets('beside') }), ...turns.slice(1)];
  model = await startScriptedModel({
    script: [
      { marker: 'Wait for go', turns },
      { marker: 'Wait beside', turns: besideTurns },
    ],
  });
  under = await startStackUnderTest({
    ANTHROPIC_API_KEY: 'sk-test',
    ANTHROPIC_BASE_URL: model.url,
    CC_EXECUTOR_CONCURRENCY: '1',
    CC_EXECUTOR_PAUSE_HOLD: '2',
  });
});
afterAll(async () => {
  await under.stop();
  await model.close();
});

const control = async (id: string, what: string) => await under.call('POST', `/executions/${id}/${what}`);
const text = async (id: string, file: string) =>
  await readFile(join(under.workspace(id), file), 'utf8').catch(() => '');

describe('a pause', () => {
  // Proves: pause-and-resume
  it('stops a running command where it is, children in sessions of their own too, and loses no line', async () => {
    const loop = 'for i in $(seq 200); do echo line $i; echo $i > last; sleep 0.02; done';
    const command = `setsid sh -c 'echo $$ > escaped; exec sleep 600' & echo $$ > pid; ${loop}`;
    const id = await under.submit({ tasks: [{ command, timeout: 60 }] });
    await waitFor(async () => Number(await text(id, 'last')) > 5 && (await text(id, 'escaped')) !== '');
    expect(await control(id, 'pause')).toMatchObject({ status: 202, body: { status: 'paused' } });
    expect((await control(id, 'pause')).status).toBe(202);
    const pids = [Number(await text(id, 'pid')), Number(await text(id, 'escaped'))];
    await waitFor(async () => await under.standsStill(id, pids), { what: 'every process to stand still' });
    const warned = async () =>
      (await under.eventsSoFar(id)).find(
        ({ type, data }) => type === 'task.warning' && data['code'] === 'paused_command',
      );
    expect((await waitFor(warned, { what: 'a warning of its slot' })).data['message']).toContain(
      'keeps its process',
    );
    const last = await text(id, 'last');
    const other = await under.submit({ tasks: [{ command: 'sleep 0.5' }] });
    await under.ended(other);
    expect(await text(id, 'last')).toBe(last);
    expect(await under.status(id)).toMatchObject({ status: 'paused', reason: 'user' });
    expect(await control(id, 'resume')).toMatchObject({ status: 202, body: { status: 'running' } });
    expect(await under.ended(id)).toMatchObject({ status: 'completed', reason: null });
    const [result] = (await under.results(id)).results;
    expect(result?.stdout).toBe(Array.from({ length: 200 }, (_, i) => `line ${String(i + 1)}\n`).join(''));
    expect(result?.attempt).toBe(1);
    expect(under.alive(id, pids)).toEqual([]);
    // Between these events it stood still: its own time has none of that.
    const at = (type: string) => Date.parse(String(events.find((event) => event.type === type)?.at));
    const events = await under.events(id);
    const paused = (at('execution.resumed') - at('execution.paused')) / 1000;
    const whole = (at('task.completed') - at('task.started')) / 1000;
    expect(result?.paused_time).toBeGreaterThan(0.5);
    expect(result?.execution_time).toBeLessThan(whole - paused / 2);
  });

  it('of one that waits keeps it waiting', async () => {
    const first = await under.submit({
      tasks: [{ command: 'until [ -e go ]; do sleep 0.02; done' }],
      workspace: 'turns',
    });
    const second = await under.submit({ tasks: [{ command: 'touch second' }], workspace: 'turns' });
    await control(second, 'pause');
    await under.letGo('turns');
    await under.ended(first);
    expect(await under.status(second)).toMatchObject({ status: 'paused', started_at: null });
    expect(await control(second, 'resume')).toMatchObject({ body: { status: 'queued' } });
    expect(await under.ended(second)).toMatchObject({ status: 'completed' });
  });

  it('can be cancelled, with all its stopped processes', async () => {
    const id = await under.submit({ tasks: [{ command: 'echo $$ > pid; sleep 600' }] });
    const pid = await waitFor(async () => Number(await text(id, 'pid')));
    await control(id, 'pause');
    await waitFor(async () => await under.standsStill(id, [pid]));
    await under.call('DELETE', `/executions/${id}`);
    expect(await under.ended(id)).toMatchObject({ status: 'cancelled' });
    expect(under.alive(id, [pid])).toEqual([]);
  });

  it('of a prompt gives its slot back after a while, and a new attempt that does not count continues', async () => {
    const id = await under.submit({ tasks: ['Wait for go, then say done.'] });
    const pid = await waitFor(async () => Number(await text(id, 'pid')));
    await control(id, 'pause');
    await waitFor(() => under.alive(id, [pid]).length === 0, { what: 'its memory to be given back' });
    expect((await under.status(id)).status).toBe('paused');
    await under.letGo(id);
    await control(id, 'resume');
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    const { results } = await under.results(id);
    expect(results[0]).toMatchObject({ attempt: 2, result: 'Done.' });
    const events = await under.events(id);
    expect(events.find(({ type }) => type === 'task.interrupted')?.data['outcome']).toBe('paused');
    const again = events.findLast(({ type }) => type === 'task.started');
    expect(again?.data['session']).toMatchObject({ resumed: true });
  });

  it('of a prompt beside a command releases the slot of the prompt only: the command keeps its process', async () => {
    const id = await under.submit({
      tasks: [
        { prompt: 'Wait beside the command, then say done.', needs: [] },
        { command: meets('beside'), needs: [] },
      ],
    });
    const processesOf = (task: number) =>
      processesWith(`CC_EXECUTOR_EXECUTION_ID=${id}\0`, `CC_EXECUTOR_TASK=${String(task)}\0`);
    await under.haveMet('beside', 2);
    expect(processesOf(1)).not.toEqual([]);
    await control(id, 'pause');
    await waitFor(() => processesOf(1).length === 0, {
      what: 'the memory of the prompt to be given back',
    });
    const ended = async () => (await under.eventsSoFar(id)).filter(({ type }) => type === 'task.interrupted');
    await waitFor(async () => (await ended()).length > 0, { what: 'the end of its attempt' });
    expect(await under.status(id)).toMatchObject({ status: 'paused' });
    expect(await under.standsStill(id, processesOf(2))).toBe(true);
    await under.letMeet('beside', 2);
    await control(id, 'resume');
    expect(await under.ended(id)).toMatchObject({ status: 'completed' });
    expect((await under.results(id)).results).toMatchObject([
      { attempt: 2, result: 'Done.' },
      { attempt: 1 },
    ]);
    expect((await ended()).map(({ task, data }) => [task, data['outcome']])).toEqual([[1, 'paused']]);
  });

  it('makes no sense for one that has ended, and a resume none for one that runs', async () => {
    const id = await under.submit({ tasks: [{ command: 'until [ -e go ]; do sleep 0.02; done' }] });
    await waitFor(async () => (await under.status(id)).status === 'running');
    expect(await control(id, 'resume')).toMatchObject({ status: 409, body: { code: 'ILLEGAL_STATE' } });
    await under.letGo(id);
    await under.ended(id);
    for (const what of ['pause', 'resume'])
      expect(await control(id, what)).toMatchObject({ status: 409, body: { code: 'ILLEGAL_STATE' } });
  });
});
