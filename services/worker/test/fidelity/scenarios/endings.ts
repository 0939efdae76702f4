import { hang, say, useTool } from '@cc-executor/testkit';
import { cancel, pause } from '@cc-executor/executions';
import type { Deed, ScenarioGroup } from '../scenario.ts';

const cancelled: Deed = async ({ first, ports, executionId }) => {
  await first('agent.init');
  await cancel(ports, executionId);
  ports.leases.recheck(executionId);
};
const working = () => () => useTool('Bash', { command: 'sleep 600' });

/** What is ended from outside. */
export const endings: ScenarioGroup = {
  title: 'It is ended',
  scenarios: [
    {
      what: 'by its timeout, while the model answers',
      model: () => () => hang(4, say('one two three', { chunk: 4 })),
      task: { prompt: 'Do it.', timeout: 3 },
      outcome: 'timed_out',
      says: 'timeout of 3 s',
    },
    {
      what: 'by a cancel, while the model is asked',
      model: () => () => hang(),
      meanwhile: cancelled,
      outcome: 'cancelled',
    },
    { what: 'by a cancel, while a tool runs', model: working, meanwhile: cancelled, outcome: 'cancelled' },
    {
      what: 'because its worker stops',
      model: working,
      meanwhile: async ({ first, ports }) => {
        await first('agent.tool_use');
        ports.leases.drain();
      },
      outcome: 'drained',
    },
    {
      what: 'because it was paused for long',
      model: working,
      settings: { pauseHold: 1 },
      meanwhile: async ({ first, ports, executionId }) => {
        await first('agent.tool_use');
        await pause(ports, executionId);
        ports.leases.recheck(executionId);
      },
      outcome: 'paused',
    },
  ],
};

/** Commands, which have fewer ways. */
export const commands: ScenarioGroup = {
  title: 'A command',
  scenarios: [
    { what: 'that exits with 0', task: { command: 'sh -c "exit 0"' }, outcome: 'completed' },
    { what: 'that exits with 3', task: { command: 'sh -c "exit 3"' }, outcome: 'nonzero_exit' },
    { what: 'that is killed', task: { command: "sh -c 'kill -9 $$'" }, outcome: 'signalled' },
    { what: 'that is not allowed', task: { command: 'rm -rf x' }, outcome: 'not_allowed' },
    { what: 'that is allowed and not there', task: { command: 'no-such-program' }, outcome: 'spawn_failed' },
    {
      what: 'that takes longer than its timeout',
      task: { command: 'sh -c "sleep 600"', timeout: 1 },
      outcome: 'timed_out',
    },
    {
      what: 'that is silent for long',
      task: { command: 'sh -c "sleep 600"' },
      settings: { silenceTimeout: 1 },
      outcome: 'silent',
    },
  ],
};
