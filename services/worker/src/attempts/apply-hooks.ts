import { bareEnd, type AgentEnd, type AgentTask } from '@cc-executor/agents';
import { sizeFault } from '@cc-executor/task-rules/prompts';
import type { AttemptRunner } from './attempt-runner.ts';

/** Applies hooks to the input of an agent, in place. Returns how the attempt ends if they refuse it. */
export async function applyHooks(
  { context, ports, task }: AttemptRunner,
  given: AgentTask,
): Promise<AgentEnd | null> {
  if (context.hooks === null) return null;
  const place = { task: given.task, attempt: given.attempt };
  const isResumed = given.session?.resumed === true;
  const { cwd, box } = given;
  const searchPath = async () => await pathIn(ports, box);
  const after = await context.hooks.beforeTask(
    place,
    { task, text: given.text, isResumed },
    box === undefined ? { cwd } : { cwd, searchPath },
  );
  if ('outcome' in after) return after;
  const fault = after.text === given.text ? null : sizeFault(after.text, ports.maxPromptTokens);
  if (fault !== null) return bareEnd('prompt_too_long', `The prompt, as hooks have made it, ${fault}.`);
  given.text = after.text;
  given.variables = { ...given.variables, ...after.variables };
  return null;
}

async function pathIn({ sandbox }: AttemptRunner['ports'], box: AgentTask['box']): Promise<string | null> {
  return (await sandbox.containers?.searchPath(box?.image ?? null)) ?? null;
}
