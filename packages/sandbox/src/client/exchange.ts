import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Answer, FrameReader, jsonFrame, type Request } from '../protocol/index.ts';

/** Connects to the launcher or egress. Throws when nobody answers there, or `signal` aborts. */
export async function reach(path: string, signal?: AbortSignal): Promise<Socket> {
  const socket = connect(path);
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Sends a request that has one answer, and returns that. Throws when the connection ends without one. */
export async function exchange(path: string, request: Request, signal?: AbortSignal): Promise<Answer> {
  const socket = await reach(path, signal);
  const stop = () => socket.destroy();
  signal?.addEventListener('abort', stop);
  try {
    socket.write(jsonFrame('request', request));
    const frames = new FrameReader(['answer']);
    for await (const chunk of socket)
      for (const { payload } of frames.take(chunk as Buffer))
        return Answer.parse(JSON.parse(payload.toString()));
  } finally {
    signal?.removeEventListener('abort', stop);
    socket.destroy();
  }
  throw new Error('the launcher gave no answer');
}
