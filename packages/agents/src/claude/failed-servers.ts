import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import type { PromptOptions } from '@cc-executor/contracts';

/** Still starting, or there; what else there may be is no server that can be used. */
const USABLE = new Set(['connected', 'pending']);

/**
 * The MCP servers that the task asked for and does not have, each with its status, when Claude Code says which there
 * are. It would go on without them, and call it a success.
 */
export function failedServers(message: SDKMessage, { mcp_servers = {} }: PromptOptions): string[] {
  if (message.type !== 'system' || message.subtype !== 'init') return [];
  const statuses = new Map(message.mcp_servers.map(({ name, status }) => [name, status]));
  return Object.keys(mcp_servers).flatMap((name) => {
    const status = statuses.get(name) ?? 'not loaded';
    return USABLE.has(status) ? [] : [`${name} (${status})`];
  });
}
