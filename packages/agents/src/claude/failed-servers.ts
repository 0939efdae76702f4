import type { PromptOptions } from '@cc-executor/contracts';
import type { Message } from './message.ts';
import { listOf, recordOf, textOr } from './read.ts';

/**
 * With any other status a server cannot be used. For one that is still `pending`, Claude Code has already waited as
 * long as MCP_TIMEOUT says, and the agent would work without its tools.
 */
const USABLE = new Set(['connected']);

/**
 * Returns the MCP servers that the task requested and does not have, each with its status, if Claude Code reports them.
 * Without this, the agent would work without them and report success.
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
