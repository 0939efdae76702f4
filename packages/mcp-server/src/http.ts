import { CcExecutor, type CcExecutorOptions } from '@cc-executor/sdk';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { createServer } from './server.ts';

/** MCP over HTTP, without sessions: each request stands alone. */
export interface McpEndpoint {
  /** Answers one POST with a parsed JSON body; its signal aborts when the caller is gone. */
  answer: (request: Request, body: unknown) => Promise<Response>;
  /** Answers waiting calls, and lets no further one wait. */
  stop: () => void;
  /** Aborts the answers in progress. */
  close: () => Promise<void>;
}

/** Creates the endpoint. `clientFor`: returns the client with which the tools act for the sender of a request. */
export function createMcpEndpoint(clientFor: (request: Request) => CcExecutorOptions): McpEndpoint {
  const stopping = new AbortController();
  const handler = createMcpHandler(({ requestInfo, era }) => {
    if (requestInfo === undefined) throw new Error('An MCP request came without its HTTP request.');
    const serving = { client: new CcExecutor(clientFor(requestInfo)), stopping: stopping.signal };
    return createServer(serving, era);
  });
  return {
    answer: async (request, parsedBody) => await handler.fetch(request, { parsedBody }),
    stop: () => stopping.abort(),
    close: async () => await handler.close(),
  };
}
