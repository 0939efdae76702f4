import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hang, processIsAlive, say, turnOf, useTool, waitFor } from '@cc-executor/testkit';
import { claudeHarness } from './harness.ts';

const harness = claudeHarness();

const pidIn = async (cwd: string, file: string) =>
  Number(await waitFor(async () => (await readFile(join(cwd, file), 'utf8').catch(() => '')).trim()));
const leader = (started: { pid: number }[]) => started[0]?.pid ?? 0;

describe('stopping', () => {
  it('leaves no process of a command that the agent runs', async () => {
    const command = '(sleep 600 & echo $! > one; sleep 600 & echo $! > two; wait)';
    const model = await harness.model(() => useTool('Bash', { command }, 'I wait.'));
    const { run, of, text, cwd } = await harness.start('wait', model);
    const sleeps = [await pidIn(cwd, 'one'), await pidIn(cwd, 'two')];
    run.stop('cancelled');
    run.stop('timed_out');
    const end = await run.ended;
    expect(end).toMatchObject({ outcome: 'cancelled', message: null, result: null });
    expect(end.session_id).toBe(of('agent.init')[0]?.session_id);
    expect(text('stdout')).toBe('I wait.');
    expect([...sleeps, leader(of('task.process'))].filter(processIsAlive)).toEqual([]);
  });

  it('ends a generation, and keeps its output', async () => {
    const model = await harness.model(() => hang(4, say('one two three', { chunk: 4 })));
    const { run, of, text } = await harness.start('count', model);
    await waitFor(() => text('stdout') === 'one two ');
    run.stop('silent');
    expect(await run.ended).toMatchObject({ outcome: 'network' });
    expect(text('stdout')).toBe('one two ');
    expect(processIsAlive(leader(of('task.process')))).toBe(false);
  });

  it('works before the agent is up', async () => {
    const model = await harness.model(() => say('never asked for'));
    const { run, of } = await harness.start('go', model);
    run.stop('drained');
    expect(await run.ended).toMatchObject({ outcome: 'drained' });
    expect(processIsAlive(leader(of('task.process')))).toBe(false);
  });

  it('ends an agent that does not react any more', async () => {
    const model = await harness.model(() => hang());
    const { run, of } = await harness.start('go', model);
    await waitFor(() => of('agent.init').length === 1);
    process.kill(leader(of('task.process')), 'SIGSTOP');
    run.stop('timed_out');
    expect(await run.ended).toMatchObject({ outcome: 'timed_out' });
    expect(processIsAlive(leader(of('task.process')))).toBe(false);
  });

  it('changes nothing once the result is there', async () => {
    const model = await harness.model(() => say('done'));
    const { run, of } = await harness.start('go', model);
    await waitFor(() => of('agent.result').length === 1);
    run.stop('cancelled');
    expect(await run.ended).toMatchObject({ outcome: 'completed', result: 'done' });
  });
});

describe('an agent that ends by itself', () => {
  it('is reported when a signal ended it', async () => {
    const model = await harness.model(() => hang());
    const { run, of } = await harness.start('go', model);
    await waitFor(() => of('agent.init').length === 1);
    process.kill(leader(of('task.process')), 'SIGKILL');
    expect(await run.ended).toMatchObject({
      outcome: 'agent_crashed',
      signal: 'SIGKILL',
      message: 'Claude Code was ended by SIGKILL.',
    });
  });

  it('has not completed while its answer waits for a sub-agent', async () => {
    const agent = { description: 'look', prompt: 'SUBAGENT look', subagent_type: 'general-purpose' };
    const model = await harness.model([
      { marker: 'SUBAGENT', turns: [hang()] },
      { marker: 'go', turns: [useTool('Task', agent), say('I wait.')] },
    ]);
    const { run, of } = await harness.start('go', model);
    await waitFor(() => of('agent.result').length === 1);
    process.kill(leader(of('task.process')), 'SIGKILL');
    expect(await run.ended).toMatchObject({ outcome: 'agent_crashed', result: null });
  });

  it('leaves no command of its own, however it ended', async () => {
    const command = '(trap "" TERM; sleep 600 & echo $! > one; wait)';
    const model = await harness.model(() => useTool('Bash', { command }));
    const { run, of, cwd } = await harness.start('wait', model);
    const sleeping = await pidIn(cwd, 'one');
    process.kill(leader(of('task.process')), 'SIGKILL');
    expect(await run.ended).toMatchObject({ outcome: 'agent_crashed', signal: 'SIGKILL' });
    expect(processIsAlive(sleeping)).toBe(false);
  });
});

describe('what an agent leaves behind', () => {
  it.each([
    { when: 'after', first: 'main', second: 'sub' },
    { when: 'before', first: 'sub', second: 'main' },
  ])('is waited for when the answer needs it, and it ends $when the result', async ({ first }) => {
    const agent = { description: 'look', prompt: 'SUBAGENT look', subagent_type: 'general-purpose' };
    let started: Awaited<ReturnType<typeof harness.start>> | undefined;
    const heard = (kind: string) => () =>
      started?.messages.some(({ type, subtype }) => type === kind || subtype === kind);
    const model = await harness.model([
      {
        marker: 'SUBAGENT',
        turns: [async () => (first === 'main' && (await waitFor(heard('result'))), say('found'))],
      },
      {
        marker: 'go',
        turns: [
          useTool('Task', agent),
          async () => (first === 'sub' && (await waitFor(heard('task_notification'))), say('I wait.')),
          say('It was found.'),
        ],
      },
    ]);
    started = await harness.start('go', model);
    const { run, of, text } = started;
    expect(await run.ended).toMatchObject({ outcome: 'completed', result: 'It was found.' });
    expect(text('stdout')).toBe('I wait.\nIt was found.');
    expect(of('task.warning')).toEqual([]);
  });

  it('is waited for when it was moved there because it took long', async () => {
    const command = 'sh -c "while [ ! -e go-on ]; do sleep 0.05; done"; echo finished';
    const model = await harness.model([
      { marker: 'go', turns: [useTool('Bash', { command, timeout: 100 }), say('I wait.'), say('Finished.')] },
    ]);
    const { run, of, cwd } = await harness.start('go', model);
    await waitFor(() => of('agent.result').length === 1);
    await writeFile(join(cwd, 'go-on'), '');
    expect(await run.ended).toMatchObject({ outcome: 'completed', result: 'Finished.' });
  });

  it.each([
    { cause: 'drained', outcome: 'drained' },
    { cause: 'cancelled', outcome: 'cancelled' },
    { cause: 'timed_out', outcome: 'completed' },
  ] as const)('is waited for until it is $cause: $outcome', async ({ cause, outcome }) => {
    const command = 'while true; do sleep 1; done';
    const model = await harness.model((request) =>
      turnOf(request) === 0 ? useTool('Bash', { command, run_in_background: true }) : say('I will report.'),
    );
    const { run, of } = await harness.start('build', model);
    await waitFor(() => of('agent.result').length === 1);
    run.stop(cause);
    expect(await run.ended).toMatchObject({ outcome });
  });

  it('is ended after its result, with a warning', async () => {
    const command = 'echo $$ > background; sleep 600';
    const cwd = await harness.workspace();
    const model = await harness.model(async (request) => {
      if (turnOf(request) === 0) return useTool('Bash', { command, run_in_background: true });
      await pidIn(cwd, 'background');
      return say('It runs.');
    });
    const { run, of } = await harness.start('serve', model, { cwd, backgroundWaitMs: 1000 });
    const end = await run.ended;
    expect(end).toMatchObject({ outcome: 'completed', result: 'It runs.' });
    expect(of('task.warning')).toMatchObject([
      { code: 'background_ended', message: expect.stringContaining(command) },
    ]);
    expect(processIsAlive(await pidIn(cwd, 'background'))).toBe(false);
  });
});
