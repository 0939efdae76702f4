import { LINEAGE_HEADER, LINEAGE_VARIABLE, type PromptOptions } from '@cc-executor/contracts';
import type { ExecutionRecord } from '@cc-executor/executions';

type Servers = NonNullable<PromptOptions['mcp_servers']>;

const text = ({ lineage = [], execution_id }: ExecutionRecord) => [...lineage, execution_id].join(',');

/** Returns the variables by which a task and its clients know which executions it belongs to. */
export function lineageVariable(record: ExecutionRecord): Record<string, string> {
  return { [LINEAGE_VARIABLE]: text(record) };
}

/** Returns the options with the lineage added for local MCP servers: one of them may be ours. */
export function withLineage(options: PromptOptions, record: ExecutionRecord): PromptOptions {
  if (options.mcp_servers === undefined) return options;
  const servers = Object.entries(options.mcp_servers).map(([name, server]) => [name, told(server, record)]);
  return { ...options, mcp_servers: Object.fromEntries(servers) as Servers };
}

function told(server: Servers[string], record: ExecutionRecord): Servers[string] {
  if (server.url === undefined) return { ...server, env: { ...server.env, ...lineageVariable(record) } };
  return isNear(server.url)
    ? { ...server, headers: { ...server.headers, [LINEAGE_HEADER]: text(record) } }
    : server;
}

/** On this machine or in its containers: remote servers do not learn what runs here. */
function isNear(url: string): boolean {
  const { hostname } = new URL(url);
  return !hostname.includes('.') || /^127(\.\d+){3}$/.test(hostname);
}
