import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Target } from '../hosts/hosts.ts';

/** Connects to a host by way of an HTTP proxy, which resolves its name. Rejects if `signal` aborts or it refuses. */
export async function connectByProxy(
  proxy: URL,
  { name, port }: Target,
  signal: AbortSignal,
): Promise<Socket> {
  const host = proxy.hostname.replace(/^\[(.*)\]$/, '$1');
  const authority = `${name}:${String(port)}`;
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const asked = request({
    // Each direction ends for itself: a client may have sent all, and still read.
    createConnection: () => connect({ host, port: Number(proxy.port || 80), allowHalfOpen: true }),
    method: 'CONNECT',
    path: authority,
    headers: {
      host: authority,
      ...(user !== ':' && { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` }),
    },
    signal,
  });
  asked.end();
  const [answer, socket, head] = (await once(asked, 'connect', { signal })) as [
    IncomingMessage,
    Socket,
    Buffer,
  ];
  if (answer.statusCode !== 200) {
    socket.destroy();
    throw new Error(`The proxy answered ${String(answer.statusCode)}.`);
  }
  if (head.length > 0) socket.unshift(head);
  return socket;
}
