import { expect, it } from 'vitest';
import { dependableRun, type AgentRun } from '../src/index.ts';

const broken = (): AgentRun => ({
  ended: Promise.reject(new Error('a fault of the agent')),
  stop: () => {
    throw new Error('it cannot be stopped');
  },
  pause: () => undefined,
  resume: () => undefined,
});

it('a run that rejects, that throws when it is stopped, or that cannot even be started, ends as agent_error', async () => {
  const run = dependableRun(broken);
  run.stop('cancelled');
  expect(await run.ended).toMatchObject({ outcome: 'agent_error', message: 'a fault of the agent' });
  const never = dependableRun(() => {
    throw new Error('there is no agent');
  });
  never.stop('cancelled');
  expect(await never.ended).toMatchObject({ outcome: 'agent_error', message: 'there is no agent' });
});
