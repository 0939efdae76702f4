import {
  CLIENT_CAPABILITIES_META_KEY,
  PROTOCOL_VERSION_META_KEY,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

/** The protocol's extension by which a long call is answered with a task that the client polls. */
const TASKS = 'io.modelcontextprotocol/tasks';

/** The capability that a client must declare, and that this server declares. */
export const DECLARED = { extensions: { [TASKS]: {} } };

const Declaring = z.looseObject({
  // Only the revision with the extension sends its version with each request.
  [PROTOCOL_VERSION_META_KEY]: z.string(),
  [CLIENT_CAPABILITIES_META_KEY]: z.looseObject({
    extensions: z.looseObject({ [TASKS]: z.looseObject({}) }),
  }),
});

/** Returns whether the client accepts a task as an answer, which it declares with each request. */
export function takesTasks({ mcpReq }: ServerContext): boolean {
  return Declaring.safeParse(mcpReq.envelope).success;
}
