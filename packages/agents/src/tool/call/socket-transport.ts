import {
  ReadBuffer,
  serializeMessage,
  type JSONRPCMessage,
  type Transport,
} from '@modelcontextprotocol/client';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** The connection to a server over stdio, whose input and output are at the other end of a socket. */
export class SocketTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #path: string;
  readonly #buffer: ReadBuffer;
  #socket: Socket | undefined;

  /** `mostBytes`: the largest message of the server. */
  constructor(path: string, mostBytes: number) {
    this.#path = path;
    this.#buffer = new ReadBuffer({ maxBufferSize: mostBytes });
  }

  async start(): Promise<void> {
    const socket = connect(this.#path);
    this.#socket = socket;
    await once(socket, 'connect');
    socket.on('error', (error) => this.onerror?.(error));
    socket.once('close', () => this.onclose?.());
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const socket = this.#socket;
    if (socket?.writable !== true) throw new Error('Not connected');
    if (!socket.write(serializeMessage(message)))
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }

  async close(): Promise<void> {
    this.#socket?.end();
    this.#buffer.clear();
    this.onclose?.();
    await Promise.resolve();
  }

  #take(chunk: Buffer): void {
    try {
      this.#buffer.append(chunk);
    } catch (error) {
      this.onerror?.(error as Error);
      this.#socket?.destroy();
      return;
    }
    for (;;) {
      try {
        const message = this.#buffer.readMessage();
        if (message === null) return;
        this.onmessage?.(message);
      } catch (error) {
        // A line that is no message.
        this.onerror?.(error as Error);
      }
    }
  }
}
