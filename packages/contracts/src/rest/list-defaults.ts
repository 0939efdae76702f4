import { mergeEnvironment } from './agent-environment.ts';
import type { CalledTool, TOOL_OPTION_NAMES } from './called-tool.ts';
import { JSON_SCHEMAS, PROFILE_OPTIONS } from './presets.ts';
import { conflictsOf, PROMPT_OPTION_NAMES, type PromptOptions } from './prompt-options.ts';

/** The options of a list that are defaults of its tasks, or those that a task has itself. */
export type TaskDefaults = PromptOptions & { retries?: number | undefined };

/**
 * Returns the options of a prompt: its own, else those of its list, else those of its profile. Of
 * two that exclude each other the nearer one counts. Variables of the environment are those of both. Names of profiles and
 * ready schemas are replaced by what they stand for.
 */
export function promptDefaults(list: TaskDefaults, task: TaskDefaults): TaskDefaults {
  const merged: Record<string, unknown> = {};
  for (const name of [...PROMPT_OPTION_NAMES, 'retries'] as const) {
    const value = task[name] ?? list[name];
    if (value !== undefined) merged[name] = value;
  }
  delete merged['env'];
  delete merged['pass_env'];
  Object.assign(merged, mergeEnvironment(list, task));
  dropTools(merged, list, task);
  const isOwn = (name: string | number | null | undefined) =>
    name === null || name === undefined || task[name as keyof TaskDefaults] !== undefined;
  for (const [name, value] of Object.entries(profileOf(list, task))) merged[name] ??= value;
  delete merged['profile'];
  for (const { path, other } of conflictsOf(merged)) {
    const [name] = path;
    // A conflict within the list or within the task is reported as a fault of it.
    if (!isOwn(name) && name !== undefined) delete merged[name];
    else if (!isOwn(other) && other !== null) delete merged[other];
  }
  const { json, ...options } = merged as TaskDefaults;
  return json === undefined || options.json_schema !== undefined
    ? options
    : { ...options, json_schema: JSON_SCHEMAS[json] };
}

/** Returns the timeout of a prompt's profile; undefined: there is none. */
export function profileTimeout(list: TaskDefaults, task: TaskDefaults): 'auto' | undefined {
  return profileIn(list, task)?.timeout;
}

function profileOf(list: TaskDefaults, task: TaskDefaults): TaskDefaults {
  const { timeout: _, ...options } = profileIn(list, task) ?? { timeout: undefined };
  return options;
}

/** Where this is used to find faults, the value may have any type. */
function profileIn(list: TaskDefaults, task: TaskDefaults) {
  const name = task.profile ?? list.profile;
  return name !== undefined && Object.hasOwn(PROFILE_OPTIONS, name) ? PROFILE_OPTIONS[name] : undefined;
}

/** Returns the options of a tool call: its own, else those of its list. Of the servers it has only its own one. */
export function toolDefaults(
  list: TaskDefaults,
  task: TaskDefaults,
  { server }: Pick<CalledTool, 'server'>,
): Pick<PromptOptions, (typeof TOOL_OPTION_NAMES)[number]> {
  const template = task.template ?? list.template;
  const servers = task.mcp_servers ?? list.mcp_servers ?? {};
  const own = Object.hasOwn(servers, server) ? servers[server] : undefined;
  return {
    ...(template === undefined ? {} : { template }),
    ...(own === undefined ? {} : { mcp_servers: { [server]: own } }),
    ...mergeEnvironment(list, task),
  };
}

/** Of the tools that a list allows or not, one that the task itself says the opposite of is left out. */
function dropTools(merged: Record<string, unknown>, list: TaskDefaults, task: TaskDefaults): void {
  for (const [name, other] of [
    ['allowed_tools', 'disallowed_tools'],
    ['disallowed_tools', 'allowed_tools'],
  ] as const) {
    const [ofList, own] = [list[name], task[other]];
    if (task[name] === undefined && Array.isArray(ofList) && Array.isArray(own))
      merged[name] = ofList.filter((tool) => !own.includes(tool));
  }
}
