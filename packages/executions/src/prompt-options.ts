import type { PromptOptions } from '@cc-executor/contracts';

/** Returns the options without possible secrets of MCP servers. */
export function withoutSecrets(options: PromptOptions): PromptOptions {
  if (options.mcp_servers === undefined) return options;
  const shown = Object.entries(options.mcp_servers).map(([name, server]) => {
    const { env: _env, headers: _headers, url, ...rest } = server;
    return [name, { ...rest, ...(url === undefined ? {} : { url: new URL(url).origin }) }] as const;
  });
  return { ...options, mcp_servers: Object.fromEntries(shown) };
}
