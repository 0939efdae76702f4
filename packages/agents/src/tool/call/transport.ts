import { SSEClientTransport, type Transport } from '@modelcontextprotocol/client';
import { socketPeer, spawnPeer } from '../../turns/peer.ts';
import { HttpTransport } from './http-transport.ts';
import { PeerTransport } from './peer-transport.ts';
import type { CallSpec } from './spec.ts';
import { TooLargeError } from './too-large.ts';

/** Returns the connection to a server; one with a command is started in the current folder with this environment. */
export function transportTo(
  { server, mostBytes, socket }: Pick<CallSpec, 'server' | 'mostBytes' | 'socket'>,
  env: Readonly<Record<string, string>>,
): Transport {
  if (socket !== undefined)
    return new PeerTransport(async () => await socketPeer(socket), server.command ?? 'It', mostBytes);
  const { type, command, args = [], env: own, url, headers } = server;
  if (command !== undefined)
    return new PeerTransport(() => spawnPeer(command, args, { ...env, ...own }), command, mostBytes);
  const options = { requestInit: { headers: { ...headers } }, fetch: boundedFetch(mostBytes) };
  const address = new URL(url ?? '');
  return type === 'sse' ? new SSEClientTransport(address, options) : new HttpTransport(address, options);
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
