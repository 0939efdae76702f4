import type { PromptOptions } from '@cc-executor/contracts';
import type { Message } from './message.ts';
import { listOf, recordOf, textOr } from './read.ts';

/**
 * What else there may be is no server that can be used. One that is still `pending` has been waited for already, for as
 * long as MCP_TIMEOUT says, and the agent would work without its tools.
 */
const USABLE = new Set(['connected']);

/**
 * The MCP servers that the task asked for and does not have, each with its status, when Claude Code says which there
 * are. It would go on without them, and call it a success.
 */
export function failedServers(message: Message, { mcp_servers = {} }: PromptOptions): string[] {
  if (message.type !== 'system' || message.subtype !== 'init') return [];
  const servers = listOf(message.fields['mcp_servers']).map(recordOf);
  const statuses = new Map(servers.map(({ name, status }) => [name, textOr(status, 'without a status')]));
  return Object.keys(mcp_servers).flatMap((name) => {
    const status = statuses.get(name) ?? 'not loaded';
    return USABLE.has(status) ? [] : [`${name} (${status})`];
  });
}
