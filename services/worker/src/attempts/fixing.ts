import type { AgentTask } from '@cc-executor/agents';
import type { CheckRun, HelperAgent, PromptOptions } from '@cc-executor/contracts';
import { helperTask } from './reading-agent.ts';

/** A failed check, with more of its output than is reported. */
export interface FailedCheck {
  run: CheckRun;
  output: string;
}

/** The agent that fixes has the same permissions and tools as the task's own. */
const HANDED_ON = [
  'model',
  'acp',
  'append_system_prompt',
  'permission_mode',
  'allowed_tools',
  'disallowed_tools',
  'max_turns',
  'max_budget_usd',
  'mcp_servers',
  'trust_workspace',
  'workspace_memory',
  'pass_env',
  'extra_dirs',
] as const satisfies readonly (keyof PromptOptions)[];

const OF_AGENT: ReadonlySet<string> = new Set(['model', 'acp', 'max_turns', 'max_budget_usd']);

/** Returns the task of a fresh agent that fixes what checks found after another one had finished. */
export function fixTask(
  task: AgentTask,
  helper: HelperAgent,
  { failed, isOwn }: { failed: readonly FailedCheck[]; isOwn: boolean },
): AgentTask {
  return changingTask(task, helper, { text: promptFor(task.text, failed), isOwn });
}

/** Returns another task for a fresh agent that may change the same as one. `isOwn`: it is the same agent. */
export function changingTask(
  task: AgentTask,
  helper: HelperAgent,
  { text, isOwn }: { text: string; isOwn: boolean },
): AgentTask {
  // A helper of another agent has its own model and program.
  const names = HANDED_ON.filter((name) => isOwn || !OF_AGENT.has(name));
  const given = names.map((name) => [name, task.options[name]]).filter(([, value]) => value !== undefined);
  return helperTask(task, helper, text, Object.fromEntries(given) as PromptOptions);
}

function promptFor(text: string, failed: readonly FailedCheck[]): string {
  const told = failed.map(
    ({ run, output }) =>
      `<check>\n<command>${run.command}</command>\n<ended>${run.message ?? ''}</ended>\n<output>\n${output}\n</output>\n</check>`,
  );
  return `Another agent has done the task below in this directory. Then these commands were run here to check its work, and failed. Find out why, and fix the work so that all of them pass. Do not change what the commands check in order to make them pass, unless the task itself asks for that. They are run again when you are done.

<task>
${text}
</task>

${told.join('\n\n')}
`;
}
