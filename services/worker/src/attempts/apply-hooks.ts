import { bareEnd, type AgentEnd, type AgentTask } from '@cc-executor/agents';
import { sizeFault } from '@cc-executor/task-rules/prompts';
import type { AttemptRunner } from './attempt-runner.ts';

/** Applies hooks to the input of an agent, in place. Returns how the attempt ends if they refuse it. */
export async function applyHooks(runner: AttemptRunner, given: AgentTask): Promise<AgentEnd | null> {
  const { hooks, task } = runner;
  if (hooks === null) return null;
  const place = { task: given.task, attempt: given.attempt };
  const isResumed = given.session?.resumed === true;
  const { cwd, box } = given;
  const after = await hooks.beforeTask(
    place,
    { task, text: given.text, isResumed },
    box === undefined ? { cwd } : { cwd, searchPath: () => runner.searchPath(box.image) },
  );
  if ('outcome' in after) return after;
  const fault = after.text === given.text ? null : sizeFault(after.text, runner.maxPromptTokens);
  if (fault !== null) return bareEnd('prompt_too_long', `The prompt, as hooks have made it, ${fault}.`);
  given.text = after.text;
  given.variables = { ...given.variables, ...after.variables };
  return null;
}
