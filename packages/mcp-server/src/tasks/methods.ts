import { patiently } from '@cc-executor/sdk';
import {
  MissingRequiredClientCapabilityError,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { resultOf } from '../answer.ts';
import { explain, refusal } from '../failure.ts';
import { overview } from '../overview.ts';
import type { Serving } from '../register-tool.ts';
import { PATIENCE } from '../wait.ts';
import { DECLARED, takesTasks } from './extension.ts';
import { taskOf } from './task-of.ts';

const params = z.looseObject({ taskId: z.string() });

/** Adds the methods by which a client polls and cancels a task, which is an execution. */
export function registerTaskMethods({ server }: McpServer, { client }: Serving): void {
  const add = (method: string, answer: (taskId: string, signal: AbortSignal) => Promise<object>) =>
    server.setRequestHandler(method, { params }, async ({ taskId }, context: ServerContext) => {
      if (!takesTasks(context))
        throw new MissingRequiredClientCapabilityError({ requiredCapabilities: DECLARED });
      try {
        return { ...(await answer(taskId, context.mcpReq.signal)) };
      } catch (error) {
        throw refusal(error);
      }
    });
  const statusOf = async (id: string, signal: AbortSignal) => {
    const limits = { signal, giveUpAfter: PATIENCE };
    // The API may be restarting.
    return await patiently(async () => await client.attach(id).status(limits), limits);
  };

  add('tasks/get', async (id, signal) => {
    const answer = overview(await statusOf(id, signal), client);
    const task = taskOf(answer);
    return task.status === 'completed'
      ? { ...task, result: { resultType: 'complete', ...resultOf(answer) } }
      : task;
  });
  add('tasks/cancel', async (id) => {
    await client
      .attach(id)
      .cancel()
      .catch((error: unknown) => {
        // An ended execution has nothing to cancel.
        if (explain(error).code !== 'ILLEGAL_STATE') throw error;
      });
    return {};
  });
  // Tasks never send requests to their client, so answers belong to no request.
  add('tasks/update', async (id, signal) => {
    await statusOf(id, signal);
    return {};
  });
}
