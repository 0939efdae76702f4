import { useTool } from '@cc-executor/testkit';
import { spawnSync } from 'node:child_process';
import type { Scenario } from '../scenario.ts';

/** A prompt for the agent "codex"; its model is the scripted one. */
export const ask = (more: object = {}): NonNullable<Scenario['task']> => ({
  prompt: 'Do it.',
  agent: 'codex',
  model: 'gpt-scripted',
  ...more,
});
/** A command that Codex runs. */
export const run = (cmd: string, more: object = {}) => useTool('exec_command', { cmd, ...more });

/** The sandbox of Codex needs namespaces, which not every container allows. */
export const hasNamespaces = () => spawnSync('unshare', ['-Ur', 'true']).status === 0;

/** The answer of the task. */
export const resultOf = (state: Parameters<NonNullable<Scenario['also']>>[0]) => state.tasks[0]?.end?.result;
