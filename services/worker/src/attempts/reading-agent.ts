import type { AgentTask } from '@cc-executor/agents';
import {
  AGENTS,
  HELPER_AGENT,
  helperOf,
  HONOURED_OPTIONS,
  type HelperAgent,
  type HelperRole,
  type PromptOptions,
} from '@cc-executor/contracts';
import type { TaskRecord } from '@cc-executor/executions';
import { randomUUID } from 'node:crypto';

const READING_TOOLS = ['Read', 'Glob', 'Grep'];
const CHANGING_TOOLS = ['Bash', 'Edit', 'Write', 'NotebookEdit', 'Task'];

type Asked = { text: string } & Pick<PromptOptions, 'json_schema' | 'append_system_prompt'>;

/** Returns the agent that has a role beside that of a task: the one that it names, else the usual one. */
export function helperFor({ agent, options }: TaskRecord, role: HelperRole): HelperAgent {
  const named = options[`${role}_agent`];
  if (named !== undefined) return helperOf(named);
  // A helper of another agent has its own model.
  const model = agent === HELPER_AGENT ? options.model : undefined;
  return { agent: HELPER_AGENT, ...(model === undefined ? {} : { model }) };
}

/**
 * Returns the task of a fresh agent beside that of an attempt: it may read the same, changes nothing, and answers by a
 * schema.
 */
export function readingTask(task: AgentTask, helper: HelperAgent, { text, ...asked }: Asked): AgentTask {
  const { extra_dirs } = task.options;
  return helperTask(task, helper, text, {
    ...(extra_dirs === undefined ? {} : { extra_dirs }),
    ...asked,
    // By names of tools for an agent that has them, else by the mode in which nothing is changed.
    ...(helper.agent === HELPER_AGENT
      ? { allowed_tools: READING_TOOLS, disallowed_tools: CHANGING_TOOLS }
      : { permission_mode: 'plan' as const }),
  });
}

/** Returns the task of a fresh agent beside that of an attempt, with those of the options that the agent honours. */
export function helperTask(
  task: AgentTask,
  { agent, pass_env, ...own }: HelperAgent,
  text: string,
  asked: PromptOptions,
): AgentTask {
  const passed = [...(pass_env ?? []), ...(asked.pass_env ?? [])];
  const all: PromptOptions = { ...asked, ...own, ...(passed.length > 0 && { pass_env: passed }) };
  const honoured = HONOURED_OPTIONS[agent];
  const { append_system_prompt: role } = all;
  const isTold = role === undefined || honoured.includes('append_system_prompt');
  return {
    ...task,
    text: isTold ? text : `${role}\n\n${text}`,
    options: Object.fromEntries(Object.entries(all).filter(([name]) => honoured.some((one) => one === name))),
    session: AGENTS[agent].resumes ? { id: randomUUID(), resumed: false } : null,
  };
}
