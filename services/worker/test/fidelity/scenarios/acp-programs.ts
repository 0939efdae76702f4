import { childrenOf } from '@cc-executor/testkit';
import { cancel } from '@cc-executor/executions';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Scenario, ScenarioGroup } from '../scenario.ts';
import { answerOf, fake } from './acp.ts';

const begun: NonNullable<Scenario['meanwhile']> = async ({ first }) => {
  await first('agent.delta');
};
const cancelled: NonNullable<Scenario['meanwhile']> = async (playing) => {
  await begun(playing);
  await cancel(playing.ports, playing.executionId);
  playing.ports.leases.recheck(playing.executionId);
};
const forever = [{ say: 'I begin.' }, { wait: 600_000 }];

/** The program of an agent, and its end. */
export const acpPrograms: ScenarioGroup = {
  title: 'Agent Client Protocol: the program',
  scenarios: [
    {
      what: 'an agent that prints what is no message',
      task: fake({ greeting: 'Welcome!\n{"half":\n', steps: [{ print: 'noise {\n' }, { say: 'Done.' }] }),
      outcome: 'completed',
      also: async (_, { events }) => {
        const kinds = (await events()).map(({ data }) => data['kind']);
        expect(kinds.filter((kind) => kind === 'garbage')).toHaveLength(3);
      },
    },
    {
      what: 'an agent of another version of the protocol',
      task: fake({ protocol: 0 }),
      outcome: 'agent_error',
      says: 'speaks version 0',
    },
    {
      what: 'an agent that never answers its first request',
      task: fake({ silent: 'initialize' }),
      settings: { acpStart: 2 },
      outcome: 'agent_error',
      says: 'Does it speak the Agent Client Protocol',
    },
    {
      what: 'an agent that opens no session',
      task: fake({ silent: 'session/new' }),
      settings: { acpStart: 15 },
      outcome: 'agent_error',
      says: 'opened no session',
      knowsVersion: true,
    },
    {
      what: 'an agent that is no program',
      task: { prompt: 'Do it.', agent: 'acp', acp: { command: '/no/such/program' } },
      outcome: 'spawn_failed',
      says: '/no/such/program',
    },
    {
      what: 'an agent that is not on PATH',
      task: { prompt: 'Do it.', agent: 'acp', acp: { command: 'no-such-agent' } },
      outcome: 'spawn_failed',
      says: 'no-such-agent',
    },
    {
      what: 'an agent that nobody has named',
      task: { prompt: 'Do it.', agent: 'acp', acp: 'opencoda' },
      outcome: 'spawn_failed',
      says: 'did you mean "opencode"',
    },
    {
      what: 'an agent of agents.json',
      before: async ({ home }) => {
        const { acp } = fake({ steps: [{ say: 'ENV' }] }) as { acp: object };
        await Promise.resolve(
          writeFileSync(
            join(home, 'agents.json'),
            JSON.stringify({ mine: { ...acp, env: { OF_ENTRY: '1' } } }),
          ),
        );
      },
      task: { prompt: 'Do it.', agent: 'acp', acp: 'mine' },
      outcome: 'completed',
      also: (state) => expect(answerOf(state)).toContain('OF_ENTRY'),
    },
    {
      what: 'an agent, where agents.json is faulty',
      before: ({ home }) => {
        writeFileSync(join(home, 'agents.json'), '{"mine": {"comand": "x"}}');
        return Promise.resolve();
      },
      task: { prompt: 'Do it.', agent: 'acp', acp: 'mine' },
      outcome: 'spawn_failed',
      says: 'mine.command',
    },
    {
      what: 'an agent that ends at once',
      task: { prompt: 'Do it.', agent: 'acp', acp: { command: 'sh', args: ['-c', 'exit 7'] } },
      outcome: 'agent_crashed',
      says: 'exit code 7',
    },
    {
      what: 'an agent that is a shell line',
      task: { prompt: 'Do it.', agent: 'acp', acp: { command: 'sh -c "touch made"' } },
      outcome: 'spawn_failed',
      also: async (_, { workspace }) => expect(existsSync(join(await workspace(), 'made'))).toBe(false),
    },
    {
      what: 'an agent that dies in the middle of its work',
      task: fake({ steps: [{ say: 'I begin.' }, { die: 3 }] }),
      outcome: 'agent_crashed',
      says: 'exit code 3',
    },
    {
      what: 'an agent that is killed in the middle of its work',
      task: fake({ steps: forever }),
      meanwhile: async (playing) => {
        await begun(playing);
        const { data } = await playing.first('task.process');
        for (const pid of childrenOf([Number(data['pid'])])) process.kill(pid, 'SIGKILL');
      },
      outcome: 'agent_crashed',
      says: 'SIGKILL',
    },
    {
      what: 'an agent that does not end after its answer',
      task: fake({ stays: true }),
      outcome: 'completed',
    },
    {
      what: 'an agent that leaves a command when it is done',
      task: fake({
        steps: [
          {
            request: {
              method: 'terminal/create',
              params: { sessionId: 'x', command: 'sleep', args: ['600'] },
            },
          },
        ],
      }),
      outcome: 'completed',
    },
    {
      what: 'an agent that never ends',
      task: fake({ steps: forever }, { timeout: 10 }),
      outcome: 'timed_out',
      says: 'timeout of 10 s',
    },
    {
      what: 'an agent that falls silent',
      task: fake({ steps: forever }),
      settings: { silenceTimeout: 12 },
      outcome: 'network',
      says: 'no sign of life',
    },
    {
      what: 'an agent whose call of a tool never ends',
      task: fake(
        {
          steps: [
            {
              update: {
                sessionUpdate: 'tool_call',
                toolCallId: 'c',
                title: 'sleep',
                kind: 'execute',
                status: 'in_progress',
              },
            },
            { wait: 600_000 },
          ],
        },
        { timeout: 10 },
      ),
      outcome: 'timed_out',
    },
    {
      what: 'an agent that is cancelled',
      task: fake({ steps: forever }),
      meanwhile: cancelled,
      outcome: 'cancelled',
    },
    {
      what: 'an agent that is cancelled, and stays',
      task: fake({ steps: forever, stays: true }),
      meanwhile: cancelled,
      outcome: 'cancelled',
    },
    {
      what: 'an agent whose worker stops',
      task: fake({ steps: forever }),
      meanwhile: async (playing) => {
        await begun(playing);
        playing.ports.leases.drain();
      },
      outcome: 'drained',
    },
    {
      what: 'an agent that gives no answer, and does when its session is loaded',
      task: fake({ steps: [{ say: ' ' }], resumed: [{ say: 'Here it is.' }] }),
      outcome: 'completed',
      also: (state) => expect(answerOf(state)).toBe('Here it is.'),
    },
    {
      what: 'an agent that gives no answer, and does when its session is resumed',
      task: fake({
        capabilities: { sessionCapabilities: { resume: {} } },
        steps: [{ say: ' ' }],
        resumed: [{ say: 'Here it is.' }],
      }),
      outcome: 'completed',
      also: (state) => expect(answerOf(state)).toBe('Here it is.'),
    },
    {
      what: 'an agent that gives no answer, and has no sessions to resume',
      task: fake({ capabilities: {}, steps: [{ say: ' ' }], resumed: [{ say: 'No.' }] }),
      outcome: 'no_result',
    },
  ],
};
