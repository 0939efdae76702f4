import { LINEAGE_HEADER, LINEAGE_VARIABLE } from '@cc-executor/contracts/lineage';
import { realpathSync } from 'node:fs';

/** The name of the server in a client's configuration. */
export const NAME = 'cc-executor';

export type Entry =
  | { type: 'http'; url: string; headers: Record<string, string> }
  | { type: 'stdio'; command: string; args: string[]; env: Record<string, string> };

/** Resolved by the client from its own environment: set inside a task, elsewhere empty. */
const LINEAGE = `\${${LINEAGE_VARIABLE}:-}`;
/** The key itself is never written to a file. */
const KEY = '${CC_EXECUTOR_API_KEY}';

/** Returns the entry of a .mcp.json for a server. */
export function entryOf(transport: 'http' | 'stdio', url: string, hasKey: boolean): Entry {
  if (transport === 'http') {
    const headers = { ...(hasKey && { Authorization: `Bearer ${KEY}` }), [LINEAGE_HEADER]: LINEAGE };
    return { type: 'http', url: `${url}/mcp`, headers };
  }
  // By their paths: a client may not have the command on its PATH.
  const args = [realpathSync(process.argv[1] ?? ''), 'mcp'];
  const env = {
    CC_EXECUTOR_URL: url,
    ...(hasKey && { CC_EXECUTOR_API_KEY: KEY }),
    [LINEAGE_VARIABLE]: LINEAGE,
  };
  return { type: 'stdio', command: process.execPath, args, env };
}

/** Returns the same as a line for a shell. */
export function addLine(entry: Entry): string {
  if (entry.type === 'http') {
    const headers = Object.entries(entry.headers).map(([name, value]) => `--header '${name}: ${value}'`);
    return ['claude mcp add --transport http', NAME, entry.url, ...headers].join(' ');
  }
  const variables = Object.entries(entry.env).map(([name, value]) => `--env '${name}=${value}'`);
  const words = [entry.command, ...entry.args].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  return ['claude mcp add --transport stdio', NAME, ...variables, '--', ...words].join(' ');
}
