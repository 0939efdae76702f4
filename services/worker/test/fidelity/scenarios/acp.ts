import { acpFake, type AcpScript } from '@cc-executor/testkit';
import type { Scenario } from '../scenario.ts';

/** A prompt for a small agent of the Agent Client Protocol. */
export const fake = (script: AcpScript = {}, more: object = {}): NonNullable<Scenario['task']> => ({
  prompt: 'Do it.',
  agent: 'acp',
  acp: acpFake(script),
  ...more,
});

/** The answer of the task. */
export const answerOf = (state: Parameters<NonNullable<Scenario['also']>>[0]) =>
  state.tasks.at(-1)?.end?.result ?? '';
