import { z } from 'zod';
import { LIMITS } from '../language/limits.ts';

const text = z
  .string('must be a string')
  .min(1, 'must not be empty')
  .max(LIMITS.mcpTextCharacters, `must have at most ${String(LIMITS.mcpTextCharacters)} characters`);
const texts = z.record(z.string(), text, 'must be an object of strings').optional();

const LOCAL = ['args', 'env'] as const;
const REMOTE = ['url', 'headers'] as const;

/** A program to start (`command`), or an address to call (`url`, with its `type`). */
const McpServer = z
  .strictObject(
    {
      type: z
        .enum(['stdio', 'http', 'sse'], 'must be "stdio", "http" or "sse"')
        .optional()
        .describe('How it is reached; default: stdio for a command, http for an address.'),
      command: text.optional().describe('The program to start.'),
      args: z
        .array(text, 'must be a list')
        .max(LIMITS.listItems)
        .optional()
        .describe('The arguments of its command.'),
      env: texts.describe('Additional environment variables.'),
      url: z
        .url({ protocol: /^https?$/, error: 'must be an http or https address' })
        .optional()
        .describe('Its address.'),
      headers: texts.describe('Headers for its address; values may name variables.'),
    },
    'must be an object with a command or a url',
  )
  .superRefine((server, context) => {
    const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if ((server.command === undefined) === (server.url === undefined))
      return fault([], 'needs exactly one of command and url');
    const isLocal = server.command !== undefined;
    if ((server.type ?? 'stdio') === 'stdio' ? !isLocal : isLocal)
      fault(['type'], isLocal ? 'of a server with a command is "stdio"' : 'must be "http" or "sse"');
    for (const name of isLocal ? REMOTE : LOCAL)
      if (server[name] !== undefined)
        fault([name], `is for a server with a ${isLocal ? 'url' : 'command'} only`);
  });

/** The MCP servers of a task, by name, as in Claude Code's `.mcp.json`. */
export const McpServers = z
  .record(z.string(), McpServer, 'must be an object of servers by name')
  .superRefine((servers, context) => {
    const names = Object.keys(servers);
    if (names.length > LIMITS.mcpServers)
      context.addIssue({
        code: 'custom',
        message: `must have at most ${String(LIMITS.mcpServers)} servers`,
      });
    for (const name of names)
      if (!/^[A-Za-z0-9_-]{1,64}$/.test(name))
        context.addIssue({
          code: 'custom',
          path: [name],
          message: 'must have a name of 1 to 64 letters, digits, dashes or underscores',
        });
  });
