import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export const [TEXT, CONTINUATION, PING] = [0x1, 0x0, 0x9];

/** A frame as a client sends it (RFC 6455, section 5.2); the mask is zero, so that the payload is as it is. */
export function frame(payload: string | Buffer, opcode = TEXT, isFinal = true): Buffer {
  const body = Buffer.from(payload);
  const extended = body.length < 126 ? 0 : body.length < 65_536 ? 2 : 8;
  const header = Buffer.alloc(2 + extended + 4);
  header[0] = (isFinal ? 0x80 : 0) | opcode;
  header[1] = 0x80 | (extended === 0 ? body.length : extended === 2 ? 126 : 127);
  if (extended === 2) header.writeUInt16BE(body.length, 2);
  if (extended === 8) header.writeBigUInt64BE(BigInt(body.length), 2);
  return Buffer.concat([header, body]);
}

/** A client below WebSocket: it reads only when it is asked to. */
export class RawClient {
  readonly socket: Socket;
  /** Bytes that the gateway has taken. */
  get taken(): number {
    return this.socket.bytesWritten - this.socket.writableLength;
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => undefined);
  }

  static async open(port: number, path = '/ws/mcp'): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    const lines = [
      `GET ${path} HTTP/1.1`,
      'Host: 127.0.0.1',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    await once(socket, 'readable');
    return new RawClient(socket);
  }

  /** Sends pieces without end, as fast as they are taken, until `signal` aborts or the socket is gone. Never reads. */
  async flood(next: () => Buffer, signal: AbortSignal): Promise<void> {
    const gone = once(this.socket, 'close').catch(() => undefined);
    while (!signal.aborted && !this.socket.destroyed)
      if (!this.socket.write(next())) {
        const drained = once(this.socket, 'drain', { signal }).catch(() => undefined);
        await Promise.race([drained, gone]);
      }
  }
}
