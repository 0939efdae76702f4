import type { PromptOptions } from '@cc-executor/contracts';

/** The options as they may be shown: without what of MCP servers may be secret. */
export function withoutSecrets(options: PromptOptions): PromptOptions {
  if (options.mcp_servers === undefined) return options;
  const shown = Object.entries(options.mcp_servers).map(([name, server]) => {
    const { env: _env, headers: _headers, url, ...rest } = server;
    return [name, { ...rest, ...(url === undefined ? {} : { url: new URL(url).origin }) }] as const;
  });
  return { ...options, mcp_servers: Object.fromEntries(shown) };
}
