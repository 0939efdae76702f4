import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import { resultOf } from './answer.ts';
import { failure } from './failure.ts';
import { takesTasks } from './tasks/extension.ts';
import { taskOf } from './tasks/task-of.ts';
import type { Tool, ToolContext } from './tool.ts';

/** What the tools of one server share. */
export type Serving = Pick<ToolContext, 'client' | 'stopping'>;

/** Adds a tool to a server. */
export function registerTool(server: McpServer, tool: Tool, serving: Serving): void {
  const { name, title, description, input, output, readOnly, destructive = false, mayBeTask = false } = tool;
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
        const asTask = mayBeTask && takesTasks(context);
        const given = await tool.run(args, { ...contextOf(serving, context), asTask });
        const result = resultOf(given);
        return asTask && given['ended'] === false
          ? { ...result, ...taskOf(given), resultType: 'task' }
          : result;
      } catch (error) {
        return failure(error);
      }
    },
  );
}

function contextOf(serving: Serving, { mcpReq }: ServerContext): Omit<ToolContext, 'asTask'> {
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
