import { CcExecutor, type CcExecutorOptions } from '@cc-executor/sdk';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { createServer } from './server.ts';

/** MCP over HTTP, without sessions: each request stands alone. */
export interface McpEndpoint {
  /** Answers one POST whose JSON body has been parsed; its signal says that the caller has gone. */
  answer: (request: Request, body: unknown) => Promise<Response>;
  /** Ends what is still being answered. */
  close: () => Promise<void>;
}

/** Makes the endpoint; `clientFor` says by which client the tools act for whoever sent the request. */
export function createMcpEndpoint(clientFor: (request: Request) => CcExecutorOptions): McpEndpoint {
  const handler = createMcpHandler(({ requestInfo }) => {
    if (requestInfo === undefined) throw new Error('An MCP request came without its HTTP request.');
    return createServer(new CcExecutor(clientFor(requestInfo)));
  });
  return {
    answer: async (request, parsedBody) => await handler.fetch(request, { parsedBody }),
    close: async () => await handler.close(),
  };
}
