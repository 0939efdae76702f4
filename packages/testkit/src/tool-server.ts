import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./serves-tools/main.ts', import.meta.url));

/** The faults that the server of the Model Context Protocol may have. */
export type ToolServerFault = 'ends-at-once' | 'never-ready' | 'speaks-another-version' | 'has-no-tools';

/** Returns how an MCP server is started whose tools are named after what they do, as an entry of `mcp_servers`. */
export function toolServer(fault?: ToolServerFault): { command: string; args: string[] } {
  return { command: process.execPath, args: [PROGRAM, ...(fault === undefined ? [] : [fault])] };
}
