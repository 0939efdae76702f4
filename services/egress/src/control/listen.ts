import type { Logger } from '@cc-executor/service-kit';
import { listenOnSocket } from '@cc-executor/service-kit/listen-on-socket';
import { FrameReader, jsonFrame, WayRequest, type WayAnswer } from '@cc-executor/sandbox/protocol';
import type { Socket } from 'node:net';
import type { Way } from '../ways/way.ts';
import type { Ways } from '../ways/ways.ts';

/** How much longer the path of a way's socket is than that of the folder in which this one is. Bytes. */
const WAY_BYTES = '/ways/0123456789abcdef/proxy'.length;

/**
 * Answers on a unix socket, in a folder that only egress and its callers can enter. Throws a StartFailure if another egress
 * does so already, or the path is too long.
 */
export async function listen(
  path: string,
  ways: Ways,
  logger: Logger,
): Promise<{ close: () => Promise<void> }> {
  return await listenOnSocket(path, {
    service: 'egress',
    socket: 'the socket of egress',
    longestPath: path.lastIndexOf('/') + WAY_BYTES,
    // A caller that ends its side still gets what was refused.
    allowHalfOpen: true,
    serve: (socket) => serve(socket, ways, logger),
  });
}

/** Answers one connection: a way, which lives as long as this. */
function serve(socket: Socket, ways: Ways, logger: Logger): void {
  const frames = new FrameReader(['request']);
  let way: Promise<Way> | undefined;
  const send = (answer: WayAnswer) => {
    if (socket.writable) socket.write(jsonFrame('answer', answer));
  };
  const open = async (request: WayRequest) => {
    way = ways.open(request, {
      blocked: (why) => send({ answer: 'blocked', why }),
      carried: (bytes) => send({ answer: 'carried', bytes }),
    });
    await way;
    send({ answer: 'open' });
  };
  // One whose connection was lost may be requested again: its containers have its folder.
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
