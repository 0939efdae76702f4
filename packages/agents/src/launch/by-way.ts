import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { pipeline } from 'node:stream';
import { bareEnd, endedRun, type AgentRun, type AgentTask } from '../agent.ts';
import { lateRun } from './late-run.ts';

/** How processes of ours make requests for attempts in containers. */
export interface ByWay {
  /** Returns the path of the socket of a way's proxy. */
  proxyOf: (way: string) => string;
}

/**
 * Runs a process of ours that makes requests to `address` for an attempt in a container: it reaches what the container would.
 * `start` receives the address of a proxy, which is there until the end of the run.
 */
export function startByWay(
  { proxyOf }: Partial<ByWay>,
  { box }: Pick<AgentTask, 'box'>,
  address: string,
  start: (proxy: string) => AgentRun,
): AgentRun {
  const way = box?.network ?? null;
  if (way === null || proxyOf === undefined)
    return endedRun(
      bareEnd(
        'not_allowed',
        `Its list runs in containers, and network does not name the host of ${address}.`,
      ),
    );
  let port: Server | undefined;
  return lateRun(
    async () => {
      port = await openPort(proxyOf(way));
      return start(`http://127.0.0.1:${String((port.address() as AddressInfo).port)}`);
    },
    () => {
      port?.close();
    },
  );
}

/** Opens a loopback port that leads to a socket. */
async function openPort(socket: string): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const proxy = connect({ path: socket, allowHalfOpen: true });
    pipeline(client, proxy, () => undefined);
    pipeline(proxy, client, () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
