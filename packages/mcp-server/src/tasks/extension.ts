import {
  CLIENT_CAPABILITIES_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

/** The protocol's extension by which a long call is answered with a task that the client asks about. */
const TASKS = 'io.modelcontextprotocol/tasks';

/** What a client has to declare, and what this server declares. */
export const DECLARED = { extensions: { [TASKS]: {} } };

const Declaring = z.looseObject({
  // Only the revision that has the extension says its version with each request.
  [PROTOCOL_VERSION_META_KEY]: z.string(),
  [CLIENT_CAPABILITIES_META_KEY]: z.looseObject({
    extensions: z.looseObject({ [TASKS]: z.looseObject({}) }),
  }),
});

/** Whether the client takes a task as an answer; it says so with each request. */
export function takesTasks({ mcpReq }: ServerContext): boolean {
  return Declaring.safeParse(mcpReq.envelope).success;
}
