import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { resultOf } from './answer.ts';
import { failure } from './failure.ts';
import { takesTasks } from './tasks/extension.ts';
import { taskOf } from './tasks/task-of.ts';
import type { Tool, ToolContext } from './tool.ts';

/** The shared context of one server's tools. */
export type Serving = Pick<ToolContext, 'client' | 'stopping'>;

const OVERVIEW = ['execution_id', 'status', 'progress', 'ended', 'next'];

/** Adds a tool to a server. */
export function registerTool(server: McpServer, tool: Tool, serving: Serving): void {
  const { name, title, description, input, output, readOnly, destructive = false, mayBeTask = false } = tool;
  const annotations = {
    readOnlyHint: readOnly,
    openWorldHint: !readOnly,
    // Of a tool that changes nothing, these say nothing.
    ...(readOnly ? {} : { destructiveHint: destructive, idempotentHint: false }),
  };
  server.registerTool(
    name,
    { title, description, inputSchema: input, outputSchema: outline(output), annotations },
    async (args, context) => {
      try {
        const asTask = mayBeTask && takesTasks(context);
        const given = await tool.run(args, { ...contextOf(serving, context), asTask });
        output.parse(given);
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

/**
 * Returns the names alone: every agent that connects reads the list of tools, and whole schemas of answers would be
 * three quarters of it. What a name means is said in the answer; answers are checked here against the whole schema.
 */
function outline(output: z.ZodObject): z.ZodObject {
  // Five tools answer with an overview, most of which only people read.
  const isOverview = 'next' in output.shape && 'ended' in output.shape;
  const names = isOverview ? OVERVIEW : Object.keys(output.shape);
  return z.looseObject(Object.fromEntries(names.map((name) => [name, z.unknown().optional()])));
}

function contextOf(serving: Serving, { mcpReq }: ServerContext): Omit<ToolContext, 'asTask'> {
  const { _meta: meta } = mcpReq;
  const progressToken = meta?.progressToken;
  let last = -1;
  return {
    ...serving,
    signal: mcpReq.signal,
    progress: async (progress, total, message) => {
      // The protocol requires each notification to advance.
      if (progressToken === undefined || progress <= last) return;
      last = progress;
      const params = { progressToken, progress, total, message };
      // A lost caller receives nothing, which is not a failure of the call.
      await mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
    },
  };
}
