import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { waitFor } from '@cc-executor/testkit';

/** As much of an event as the tests look at. */
export interface StoredEvent {
  seq: number;
  type: string;
  task?: number;
  attempt?: number;
  data: Record<string, unknown>;
}

const RECONNECT_MS = 100;

/** A client that follows one execution on WebSockets: when its connection ends too early, it goes on where it was. */
export class Follower {
  readonly events: StoredEvent[] = [];
  /** The last seq as the `end` frame has it; undefined while more may come. */
  end: number | undefined;
  /** How many there were. */
  connections = 0;
  readonly #url: string;
  #closed = false;

  constructor(wsPort: number, executionId: string) {
    this.#url = `ws://127.0.0.1:${String(wsPort)}/executions/${executionId}/stream`;
  }

  /** Resolves when the first connection is there; follows until the last event, or `close`. */
  async start(): Promise<void> {
    const { promise: connected, resolve } = Promise.withResolvers<void>();
    void this.#follow(resolve);
    await connected;
  }

  close(): void {
    this.#closed = true;
  }

  async until(what: string, isIt: (event: StoredEvent) => boolean): Promise<StoredEvent> {
    return await waitFor(() => this.events.find(isIt), { seconds: 60, what });
  }

  async untilEnd(): Promise<number> {
    return await waitFor(() => this.end, { what: 'the last event' });
  }

  async #follow(onOpen: () => void): Promise<void> {
    while (this.end === undefined && !this.#closed) {
      const after = this.events.at(-1)?.seq ?? 0;
      const socket = new WebSocket(`${this.#url}?after=${String(after)}`);
      socket.on('open', () => {
        this.connections += 1;
        onOpen();
      });
      socket.on('message', (data) => this.#take(JSON.parse((data as Buffer).toString()) as Frame));
      // Told by the close that follows.
      socket.on('error', () => undefined);
      await new Promise((resolve) => socket.once('close', resolve));
      await delay(RECONNECT_MS);
    }
  }

  #take(frame: Frame): void {
    if ('last' in frame) this.end = frame.last;
    // A gap, a reset or an error is no event: the test then misses a seq.
    else if ('seq' in frame) this.events.push(frame);
  }
}

type Frame = StoredEvent | { type: 'end'; last: number };
