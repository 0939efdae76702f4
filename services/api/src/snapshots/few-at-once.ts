import type { preHandlerAsyncHookHandler } from 'fastify';

/** A client that reads nothing of its answer for this time loses its connection, in milliseconds: others wait for its place. */
const IDLE_MS = 60_000;

/**
 * Returns a hook that lets at most `most` requests of the routes that share it run at once; further ones wait in order.
 * A request keeps its place until its answer is sent or its client is gone.
 */
export function fewAtOnce(most: number, idleMs = IDLE_MS): preHandlerAsyncHookHandler {
  const waiting: (() => void)[] = [];
  let free = most;
  const release = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async (_request, reply) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    const answer = reply.raw;
    if (answer.closed || answer.destroyed) {
      release();
      return;
    }
    answer.once('close', release);
    answer.setTimeout(idleMs, () => answer.destroy());
  };
}
