import { CcExecutor, type CcExecutorOptions } from '@cc-executor/sdk';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { createServer } from './server.ts';

/** MCP over HTTP, without sessions: each request stands alone. */
export interface McpEndpoint {
  /** Answers one POST whose JSON body has been parsed; its signal says that the caller has gone. */
  answer: (request: Request, body: unknown) => Promise<Response>;
  /** Answers what still waits, and lets nothing wait any more. */
  stop: () => void;
  /** Cuts what is still being answered. */
  close: () => Promise<void>;
}

/** Makes the endpoint; `clientFor` says by which client the tools act for whoever sent the request. */
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
