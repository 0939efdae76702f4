import { StartFailure, type Logger } from '@cc-executor/service-kit';
import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import type { Boxes } from '../boxes/boxes.ts';
import { serve } from './connection.ts';

/** How many connections there may be: each is a container, or short. */
const MOST_CONNECTIONS = 512;
/** The longest path of a socket on Linux, in bytes. */
const MOST_PATH_BYTES = 107;

/** Answers on a unix socket. Throws a StartFailure if another launcher does so already, or the path is too long. */
export async function listen(
  path: string,
  boxes: Boxes,
  logger: Logger,
): Promise<{ close: () => Promise<void> }> {
  if (Buffer.byteLength(path) > MOST_PATH_BYTES)
    throw new StartFailure(`The path of the launcher's socket is too long for Linux: ${path}.`);
  if (await answers(path)) throw new StartFailure(`Another launcher answers at ${path}.`);
  await rm(path, { force: true });
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serve(socket, boxes, logger);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(path);
  await once(server, 'listening');
  // In its folder, which only the launcher and its callers can enter.
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
