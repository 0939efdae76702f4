import {
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { SocketTransport } from './socket-transport.ts';
import type { CallSpec } from './spec.ts';

/** A message of a server that is larger than allowed. */
class TooLargeError extends Error {
  override name = 'TooLargeError';
}

/** Returns the connection to a server; one with a command is started in the current folder with this environment. */
export function transportTo(
  { server, mostBytes, socket }: Pick<CallSpec, 'server' | 'mostBytes' | 'socket'>,
  env: Readonly<Record<string, string>>,
): Transport {
  if (socket !== undefined) return new SocketTransport(socket, mostBytes);
  const { type, command, args = [], env: own, url, headers } = server;
  if (command !== undefined)
    return new StdioClientTransport({
      command,
      args: [...args],
      env: { ...env, ...own },
      stderr: 'inherit',
      maxBufferSize: mostBytes,
    });
  const options = { requestInit: { headers: { ...headers } }, fetch: boundedFetch(mostBytes) };
  const address = new URL(url ?? '');
  return type === 'sse'
    ? new SSEClientTransport(address, options)
    : new StreamableHTTPClientTransport(address, options);
}

/** Returns a fetch whose answers fail with a TooLargeError when they are longer than this, in bytes. */
function boundedFetch(mostBytes: number) {
  return async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const answer = await fetch(url, init);
    if (answer.body === null) return answer;
    let bytes = 0;
    const bound = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.length;
        if (bytes > mostBytes) controller.error(new TooLargeError());
        else controller.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = answer;
    return new Response(answer.body.pipeThrough(bound), { status, statusText, headers });
  };
}

/** Returns whether a transport has reported that a message is too large. */
export function isTooLarge(error: unknown): boolean {
  if (error instanceof TooLargeError) return true;
  if (!(error instanceof Error)) return false;
  // The library has no type for it.
  return /exceeded maximum size/.test(error.message) || isTooLarge(error.cause);
}
