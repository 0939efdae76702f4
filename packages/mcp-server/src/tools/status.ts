import { AuthStatus, Health } from '@cc-executor/contracts';
import { z } from 'zod';
import { defineTool, type Tool } from '../tool.ts';

export const checkStatus = defineTool({
  name: 'check_status',
  title: 'How the server is',
  description:
    'Whether the server, its queue and its workers are well, and whether the agents can talk to their model. Call it when something does not move, before you ask the user.',
  input: z.strictObject({}),
  output: z.looseObject({
    url: z.string(),
    ...Health.pick({ status: true, version: true, checks: true }).shape,
    agent: z.looseObject(AuthStatus.shape),
    inside: z.array(z.string()).describe('the executions that you are a task of, outermost first'),
  }),
  readOnly: true,
  run: async (_, { client, signal }) => {
    const [{ status, version, checks }, agent] = await Promise.all([
      client.health({ signal }),
      client.authStatus({ signal }),
    ]);
    return { url: client.url, status, version, checks, agent: { ...agent }, inside: [...client.lineage] };
  },
});

/** The name that clients of cc_executor know it by. */
export const checkWebsocketStatus: Tool = { ...checkStatus, name: 'check_websocket_status' };
