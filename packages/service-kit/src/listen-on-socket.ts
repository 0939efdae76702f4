import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { StartFailure } from './lifecycle/start-failure.ts';

/** How many connections there may be: each belongs to an attempt, or is short. */
const MOST_CONNECTIONS = 512;
/** The longest path of a socket on Linux, in bytes. */
const MOST_PATH_BYTES = 107;

interface SocketOptions {
  /** The service, as in "Another launcher answers". */
  service: string;
  /** Its socket, as in "the launcher's socket". */
  socket: string;
  /** How many bytes the longest path of a socket in the same folder has; default: this one is the longest. */
  longestPath?: number;
  /** True: a caller that ends its side still gets what is sent; default false. */
  allowHalfOpen?: boolean;
  serve: (socket: Socket) => void;
}

/**
 * Answers on a unix socket, which every user who can enter its folder may reach. Throws a StartFailure if another process
 * of the service does so already, or the path is too long.
 */
export async function listenOnSocket(
  path: string,
  { service, socket: name, longestPath = 0, allowHalfOpen = false, serve }: SocketOptions,
): Promise<{ close: () => Promise<void> }> {
  if (Math.max(Buffer.byteLength(path), longestPath) > MOST_PATH_BYTES)
    throw new StartFailure(`The path of ${name} is too long for Linux: ${path}.`);
  if (await answers(path)) throw new StartFailure(`Another ${service} answers at ${path}.`);
  await rm(path, { force: true });
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serve(socket);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(path);
  await once(server, 'listening');
  await chmod(path, 0o666);
  return {
    close: async () => {
      server.close();
      for (const socket of open) socket.destroy();
      await rm(path, { force: true });
    },
  };
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
