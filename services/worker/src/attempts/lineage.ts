import { LINEAGE_HEADER, LINEAGE_VARIABLE, type PromptOptions } from '@cc-executor/contracts';
import type { ExecutionRecord } from '@cc-executor/executions';

type Servers = NonNullable<PromptOptions['mcp_servers']>;

const text = ({ lineage = [], execution_id }: ExecutionRecord) => [...lineage, execution_id].join(',');

/** By what a task knows, and its clients tell, of which executions it is a part. */
export function lineageVariable(record: ExecutionRecord): Record<string, string> {
  return { [LINEAGE_VARIABLE]: text(record) };
}

/** The options with the lineage told to the MCP servers: one of them may be ours, and nobody has to think of it. */
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

/** Of this machine or its containers: what is farther away is not told what runs here. */
function isNear(url: string): boolean {
  const { hostname } = new URL(url);
  return !hostname.includes('.') || /^127(\.\d+){3}$/.test(hostname);
}
