import { Buffer } from 'node:buffer';

/** The text before and after the stored JSON of an event in a message. */
const ENCODINGS = {
  /** A notification of JSON-RPC. */
  rpc: { before: '{"jsonrpc":"2.0","method":"event","params":', after: '}' },
  /** The JSON itself. */
  plain: { before: '', after: '' },
} as const;
export type Encoding = keyof typeof ENCODINGS;

/** The most bytes of a WebSocket header without a mask. RFC 6455, section 5.2. */
const HEADER_BYTES = 10;
const FINAL_TEXT = 0x81;

/**
 * Encodes messages as WebSocket frames, once for all sockets. Servers
 * do not mask, so the bytes are equal for all.
 */
export function framed(messages: readonly string[], encoding: Encoding): Buffer {
  const { before, after } = ENCODINGS[encoding];
  const around = before.length + after.length;
  const room = messages.reduce((sum, text) => sum + HEADER_BYTES + around + Buffer.byteLength(text), 0);
  const frames = Buffer.allocUnsafe(room);
  let end = 0;
  for (const text of messages) {
    const length = Buffer.byteLength(text) + around;
    end = writeHeader(frames, end, length);
    end += frames.write(before, end, 'latin1');
    end += frames.write(text, end);
    end += frames.write(after, end, 'latin1');
  }
  return frames.subarray(0, end);
}

function writeHeader(frames: Buffer, at: number, length: number): number {
  frames[at] = FINAL_TEXT;
  if (length < 126) {
    frames[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    frames[at + 1] = 126;
    return frames.writeUInt16BE(length, at + 2);
  }
  frames[at + 1] = 127;
  return frames.writeBigUInt64BE(BigInt(length), at + 2);
}
