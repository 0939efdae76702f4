import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that the system assigns to listeners without a port and to outgoing connections: from 32768 on Linux
 * (ip_local_port_range), from 49152 elsewhere. One of those may be taken while the server that needs it restarts,
 * even by a client that tries to reach that server.
 */
const [FIRST, LAST] = [10_000, 32_767];
const given = new Set<number>();

/** Returns a free port of 127.0.0.1 that neither the system nor this function assigns again. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST + 1));
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
