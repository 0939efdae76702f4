import type { Logger } from '@cc-executor/service-kit';
import { listenOnSocket } from '@cc-executor/service-kit/listen-on-socket';
import type { Boxes } from '../boxes/boxes.ts';
import { serve } from './connection.ts';

/**
 * Answers on a unix socket, in a folder that only the launcher and its callers can enter. Throws a StartFailure if another
 * launcher does so already, or the path is too long.
 */
export async function listen(
  path: string,
  boxes: Boxes,
  logger: Logger,
): Promise<{ close: () => Promise<void> }> {
  return await listenOnSocket(path, {
    service: 'launcher',
    socket: "the launcher's socket",
    serve: (socket) => serve(socket, boxes, logger),
  });
}
