import { firstUserTexts, say, turnOf, useTool, type ModelRequest } from '@cc-executor/testkit';
import { warns } from '../checks.ts';
import type { ScenarioGroup } from '../scenario.ts';

const isFixing = (request: ModelRequest) => firstUserTexts(request).at(-1)?.includes('<check>') === true;

/** What the worker itself looks at when the agent is done. */
export const checks: ScenarioGroup = {
  title: 'The work is checked',
  scenarios: [
    {
      what: 'by a command that passes',
      task: { prompt: 'Do it.', checks: ["sh -c 'echo well'"] },
      outcome: 'completed',
    },
    {
      what: 'by a command that fails',
      task: { prompt: 'Do it.', checks: ["sh -c 'exit 3'"] },
      outcome: 'check_failed',
      says: 'ended with exit code 3',
    },
    {
      what: 'by a command that fails, which is only to be told',
      task: { prompt: 'Do it.', checks: ["sh -c 'exit 3'"], on_check_failure: 'warn' },
      outcome: 'completed',
      also: warns('check_failed'),
    },
    {
      what: 'by a command that fails until a fresh agent has fixed it',
      task: { prompt: 'Do it.', checks: ["sh -c 'test -e fixed'"], on_check_failure: 'fix' },
      model: () => (request) =>
        isFixing(request) && turnOf(request) === 0
          ? useTool('Bash', { command: 'touch fixed' })
          : say('Done.'),
      outcome: 'completed',
    },
    {
      what: 'by a program that is not allowed',
      task: { prompt: 'Do it.', checks: ['ls'] },
      outcome: 'check_failed',
      says: '"ls" is not one of ALLOWED_COMMANDS',
    },
    {
      what: 'by a command that never ends',
      task: { command: 'sh -c true', checks: ["sh -c 'sleep 600'"] },
      settings: { silenceTimeout: 1 },
      outcome: 'silent',
    },
  ],
};
