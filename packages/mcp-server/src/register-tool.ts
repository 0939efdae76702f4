import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import { failure } from './failure.ts';
import type { Tool, ToolContext } from './tool.ts';

/** What the tools of one server share. */
export type Serving = Pick<ToolContext, 'client' | 'stopping'>;

/** Adds a tool to a server; what it gives is structured, and the same as text for clients that show only that. */
export function registerTool(server: McpServer, tool: Tool, serving: Serving): void {
  const { name, title, description, input, output, readOnly, destructive = false } = tool;
  const annotations = {
    readOnlyHint: readOnly,
    destructiveHint: destructive,
    idempotentHint: readOnly,
    openWorldHint: !readOnly,
  };
  server.registerTool(
    name,
    { title, description, inputSchema: input, outputSchema: output, annotations },
    async (args, context) => {
      try {
        const structuredContent = await tool.run(args, contextOf(serving, context));
        return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
      } catch (error) {
        return failure(error);
      }
    },
  );
}

function contextOf(serving: Serving, { mcpReq }: ServerContext): ToolContext {
  const { _meta: meta } = mcpReq;
  const progressToken = meta?.progressToken;
  let last = -1;
  return {
    ...serving,
    signal: mcpReq.signal,
    progress: async (progress, total, message) => {
      // The protocol wants each notification to be further than the one before.
      if (progressToken === undefined || progress <= last) return;
      last = progress;
      const params = { progressToken, progress, total, message };
      // A caller that is gone hears nothing, and that is no failure of the call.
      await mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
    },
  };
}
