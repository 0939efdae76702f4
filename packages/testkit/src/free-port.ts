import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below what the system gives to whoever asks for any port, and to every connection that goes out: from 32768 on Linux
 * (ip_local_port_range), from 49152 elsewhere. One of those may be taken while the server that is to have it restarts,
 * and be it by a client that tries to reach that server.
 */
const [FIRST, LAST] = [10_000, 32_767];
const given = new Set<number>();

/** A port of 127.0.0.1 that nothing listens at, and that nobody is given by the system, or by this a second time. */
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
