import type { FastifyRequest, onSendAsyncHookHandler, preHandlerAsyncHookHandler } from 'fastify';

/** A client that reads nothing of its answer for this time loses its connection, in milliseconds: others wait for its place. */
const IDLE_MS = 60_000;

/** Hooks of a route. */
export interface FewAtOnce {
  preHandler: preHandlerAsyncHookHandler;
  onSend: onSendAsyncHookHandler;
}

/**
 * Returns hooks that let at most `most` requests of the routes that share them run at once; further ones wait in order.
 * A request keeps its place until its answer is made, and sent or its client is gone: what was begun for a client that did
 * not wait continues.
 */
export function fewAtOnce(most: number, idleMs = IDLE_MS): FewAtOnce {
  const waiting: (() => void)[] = [];
  const open = new WeakMap<FastifyRequest, { isMade: boolean; isClosed: boolean }>();
  let free = most;
  const release = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  const note = (request: FastifyRequest, what: 'isMade' | 'isClosed') => {
    const state = open.get(request);
    if (!state) return;
    state[what] = true;
    if (!state.isMade || !state.isClosed) return;
    open.delete(request);
    release();
  };
  return {
    preHandler: async (request, reply) => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      const answer = reply.raw;
      open.set(request, { isMade: false, isClosed: answer.closed || answer.destroyed });
      answer.once('close', () => note(request, 'isClosed'));
    },
    // Also the answer that says that it failed.
    onSend: async (request, { raw: answer }, payload) => {
      // From here on it is the client that is waited for; to make an answer may take longer.
      answer.setTimeout(idleMs, () => answer.destroy());
      note(request, 'isMade');
      return payload;
    },
  };
}
