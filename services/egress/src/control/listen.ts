import { StartFailure, type Logger } from '@cc-executor/service-kit';
import { FrameReader, jsonFrame, WayRequest, type WayAnswer } from '@cc-executor/sandbox/protocol';
import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import type { Way } from '../ways/way.ts';
import type { Ways } from '../ways/ways.ts';

/** How many connections there may be: each is an attempt. */
const MOST_CONNECTIONS = 512;
/** The longest path of a socket on Linux, in bytes. */
const MOST_PATH_BYTES = 107;
/** How much longer the path of a way's socket is than that of the folder in which this one is. Bytes. */
const WAY_BYTES = '/ways/0123456789abcdef/proxy'.length;

/** Answers on a unix socket. Throws a StartFailure if another egress does so already, or the path is too long. */
export async function listen(
  path: string,
  ways: Ways,
  logger: Logger,
): Promise<{ close: () => Promise<void> }> {
  const longest = path.lastIndexOf('/') + WAY_BYTES;
  if (Math.max(Buffer.byteLength(path), longest) > MOST_PATH_BYTES)
    throw new StartFailure(`The path of the socket of egress is too long for Linux: ${path}.`);
  if (await answers(path)) throw new StartFailure(`Another egress answers at ${path}.`);
  await rm(path, { force: true });
  const open = new Set<Socket>();
  // A caller that ends its side still gets what was refused.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    serve(socket, ways, logger);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(path);
  await once(server, 'listening');
  // In its folder, which only egress and its callers can enter.
  await chmod(path, 0o666);
  return {
    close: async () => {
      server.close();
      for (const socket of open) socket.destroy();
      await rm(path, { force: true });
    },
  };
}

/** Answers one connection: a way, which lives as long as this. */
function serve(socket: Socket, ways: Ways, logger: Logger): void {
  const frames = new FrameReader(['request']);
  let way: Promise<Way> | undefined;
  const send = (answer: WayAnswer) => {
    if (socket.writable) socket.write(jsonFrame('answer', answer));
  };
  const open = async (request: WayRequest) => {
    way = ways.open(request, (why) => send({ answer: 'blocked', why }));
    await way;
    send({ answer: 'open' });
  };
  // One whose connection was lost may be asked for again: its containers have its folder.
  const leave = async (isOver: boolean) => {
    const opened = await way?.catch(() => undefined);
    await (isOver ? opened?.close() : opened?.stop());
    socket.end();
  };
  const fail = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    logger.warn({ reason: message }, 'a request was refused');
    send({ answer: 'refused', message });
    socket.end();
  };
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const { payload } of frames.take(chunk)) {
        if (way !== undefined) throw new Error('A connection has one request.');
        open(WayRequest.parse(JSON.parse(payload.toString()))).catch(fail);
      }
    } catch (error) {
      fail(error);
    }
  });
  const end = (isOver: boolean) => {
    leave(isOver).catch((error: unknown) => logger.error({ err: error }, 'a way could not be closed'));
  };
  socket.on('end', () => end(true)).on('close', () => end(false));
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
