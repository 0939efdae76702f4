import type { PromptOptions } from '@cc-executor/contracts';
import type { AgentTask } from '../agent.ts';
import type { CodexAccess } from './access.ts';

/**
 * Returns the sandbox that enforces a permission mode, by the names of Codex: nobody is asked, and what it does not allow is
 * denied. `network`: whether commands in it may use the network, where no container says it.
 */
export function sandboxOf(
  { options, variables, box }: Pick<AgentTask, 'options' | 'variables' | 'box'>,
  network: boolean,
): Record<string, unknown> {
  // The container is the sandbox: in it Codex could make no other.
  if (box !== undefined)
    return { type: 'externalSandbox', networkAccess: box.network ? 'enabled' : 'restricted' };
  const { permission_mode = 'dontAsk', extra_dirs = [] } = options;
  switch (permission_mode) {
    case 'plan':
      return { type: 'readOnly', networkAccess: false };
    case 'bypassPermissions':
      return { type: 'dangerFullAccess' };
    default:
      return {
        type: 'workspaceWrite',
        writableRoots: extra_dirs,
        networkAccess: network,
        // The attempt's own folder for temporary files, and never that of all.
        excludeTmpdirEnvVar: variables['TMPDIR'] === undefined,
        excludeSlashTmp: true,
      };
  }
}

/**
 * Parts of Codex that reach beyond one task: turns that it starts itself, memories of earlier tasks, and the vendor's
 * services.
 */
const OFF = {
  goals: false,
  memories: false,
  apps: false,
  plugins: false,
};

/** Returns the parameters of a thread of Codex, by its names. */
export function threadOf(
  { cwd, options }: Pick<AgentTask, 'cwd' | 'options'>,
  { config }: CodexAccess,
  instructions: string | null,
): Record<string, unknown> {
  const { permission_mode, model, trust_workspace, workspace_memory, mcp_servers: servers } = options;
  return {
    cwd,
    approvalPolicy: 'never',
    // A thread that may write makes Codex trust its folder, and thus the configuration in it: the turn says what it may.
    sandbox: 'read-only',
    ...(model !== undefined && { model }),
    ...(instructions !== null && { developerInstructions: instructions }),
    config: {
      ...config,
      features: OFF,
      web_search: permission_mode === 'bypassPermissions' ? 'live' : 'disabled',
      analytics: { enabled: false },
      check_for_update_on_startup: false,
      shell_environment_policy: { inherit: 'all' },
      ...(servers !== undefined && { mcp_servers: serversOf(servers, permission_mode) }),
      ...(trust_workspace === true && { projects: { [cwd]: { trust_level: 'trusted' } } }),
      ...(workspace_memory === false && { project_doc_max_bytes: 0 }),
    },
  };
}

/** MCP servers by the names of Codex: it calls addresses over streamable HTTP. */
function serversOf(
  servers: NonNullable<PromptOptions['mcp_servers']>,
  mode: PromptOptions['permission_mode'],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(servers).map(([name, { command, args = [], env = {}, url, headers = {} }]) => [
      name,
      {
        ...(command === undefined ? { url, http_headers: headers } : { command, args, env }),
        // The list names the server; where nothing is to be changed, what its tools do is not known.
        default_tools_approval_mode: mode === 'plan' ? 'prompt' : 'approve',
      },
    ]),
  );
}

/**
 * Returns the text that is added to an agent's instructions; null: none. `takesSchema`: its model gets a strict schema
 * itself.
 */
export function instructionsOf(
  { append_system_prompt: own, json_mode, json_schema: schema }: PromptOptions,
  takesSchema: boolean,
): string | null {
  const format =
    schema === undefined && json_mode !== true
      ? undefined
      : 'Your final answer has to be one JSON value and nothing else: no words around it, no code fence.' +
        (schema === undefined || (takesSchema && isStrict(schema))
          ? ''
          : ` It has to fit this JSON schema:\n${JSON.stringify(schema)}`);
  return [own, format].filter((text) => text !== undefined).join('\n\n') || null;
}

/**
 * Returns whether the model's server takes a schema as it is: it wants every object closed, and every property of it
 * required. Source: "Structured model outputs" of OpenAI.
 */
export function isStrict(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return true;
  if (Array.isArray(schema)) return schema.every(isStrict);
  const { type, properties, required, additionalProperties } = schema as Record<string, unknown>;
  const isObject = type === 'object' || properties !== undefined;
  const names = Object.keys(properties ?? {});
  const all = Array.isArray(required) && names.every((name) => required.includes(name));
  if (isObject && (additionalProperties !== false || !all)) return false;
  return Object.values(schema).every(isStrict);
}
