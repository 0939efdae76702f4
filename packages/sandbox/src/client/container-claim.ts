import type { Socket } from 'node:net';
import { ALIVE_MS, frameOf, jsonFrame, type WaitRequest } from '../protocol/index.ts';
import { reach } from './exchange.ts';

/** The claim to a container that is started ahead: a connection to the launcher. What it answers does not matter here. */
export class ContainerClaim {
  readonly #text: string;
  #socket: Socket | undefined;
  #isOver = false;

  constructor(path: string, request: WaitRequest) {
    this.#text = JSON.stringify(request);
    this.#open(path, request).catch(() => this.close());
  }

  /** Returns whether this is, or is about to be, the container for a request. */
  isFor(request: WaitRequest): boolean {
    return !this.#isOver && JSON.stringify(request) === this.#text;
  }

  close(): void {
    this.#isOver = true;
    this.#socket?.destroy();
  }

  async #open(path: string, request: WaitRequest): Promise<void> {
    const socket = await reach(path);
    this.#socket = socket;
    if (this.#isOver) {
      socket.destroy();
      return;
    }
    const beat = setInterval(() => socket.write(frameOf('alive')), ALIVE_MS);
    socket
      .on('error', () => undefined)
      .on('close', () => {
        clearInterval(beat);
        this.close();
      });
    socket.resume();
    socket.write(jsonFrame('request', request));
  }
}
