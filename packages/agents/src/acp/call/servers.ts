import type { McpServer } from '@agentclientprotocol/sdk';
import { fieldsOf } from '../../lines/foreign.ts';
import type { AcpSpec } from './spec.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Returns the MCP servers of a task by the names of the protocol; a sentence if the agent cannot reach one of them. */
export function serversFor(servers: AcpSpec['servers'], capabilities: Fields): McpServer[] | string {
  const can = fieldsOf(capabilities['mcpCapabilities']);
  const made: McpServer[] = [];
  for (const [
    name,
    { command, args = [], env = {}, type = 'http', url = '', headers = {} },
  ] of Object.entries(servers)) {
    if (command !== undefined) {
      made.push({ name, command, args, env: pairsOf(env) });
      continue;
    }
    if (type === 'stdio') continue;
    if (can[type] !== true)
      return `The agent cannot use the MCP server ${name}: it does not support servers of the type "${type}".`;
    made.push({ type, name, url, headers: pairsOf(headers) });
  }
  return made;
}

function pairsOf(of: Readonly<Record<string, string>>): { name: string; value: string }[] {
  return Object.entries(of).map(([name, value]) => ({ name, value }));
}
