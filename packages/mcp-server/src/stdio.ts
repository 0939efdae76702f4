import type { CcExecutor } from '@cc-executor/sdk';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { createServer } from './server.ts';

/** A message may be as large as a body of the API, in bytes. */
const MAX_MESSAGE = 16 * 1024 * 1024;

/** Serves MCP on standard input and output until the input ends. Nothing else may write to standard output. */
export async function serveOverStdio(client: CcExecutor): Promise<void> {
  const stopping = new AbortController();
  const ended = Promise.withResolvers<void>();
  process.stdin.once('close', ended.resolve).once('end', ended.resolve);
  const transport = new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: MAX_MESSAGE });
  const handle = serveStdio(({ era }) => createServer({ client, stopping: stopping.signal }, era), {
    transport,
  });
  await ended.promise;
  stopping.abort();
  await handle.close();
}
