import { createConnection, type Socket } from 'node:net';
import { once } from 'node:events';

// Some sockets on one address; tells when each has received `count` frames up to the last. Frames are counted on the
// wire, without a WebSocket library: what is measured is the server. Argv: address, sockets, count.
const [address = '', sockets = '1', count = '1'] = process.argv.slice(2);
const { hostname, port, pathname } = new URL(address);
const HANDSHAKE =
  `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

/** Counts frames that come in chunks cut anywhere. */
class FrameCounter {
  frames = 0;
  #rest: Buffer = Buffer.alloc(0);
  #skip = 0;

  add(chunk: Buffer): void {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    for (;;) {
      const skipped = Math.min(this.#skip, bytes.length);
      this.#skip -= skipped;
      bytes = bytes.subarray(skipped);
      const short = (bytes[1] ?? 0) & 0x7f;
      const header = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (this.#skip > 0 || bytes.length < header) break;
      const length =
        short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
      this.#skip = header + length;
      this.frames += 1;
    }
    this.#rest = bytes;
  }
}

const wanted = Number(count);
const began = performance.now();
let done = 0;

async function subscribe(): Promise<void> {
  const socket: Socket = createConnection(Number(port), hostname);
  const counter = new FrameCounter();
  let greeting: Buffer | null = Buffer.alloc(0);
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on('data', (chunk: Buffer) => {
    let bytes = chunk;
    if (greeting) {
      greeting = Buffer.concat([greeting, chunk]);
      const end = greeting.indexOf('\r\n\r\n');
      if (end === -1) return;
      bytes = greeting.subarray(end + 4);
      greeting = null;
    }
    const before = counter.frames;
    counter.add(bytes);
    // The first event is there before the publisher begins.
    if (counter.frames > 0) resolve();
    if (before < wanted && counter.frames >= wanted) finished();
  });
  socket.on('close', () => {
    if (counter.frames < wanted) finished(1);
  });
  await once(socket, 'connect');
  socket.write(HANDSHAKE);
  await promise;
}

let missing = 0;
function finished(missed = 0): void {
  missing += missed;
  done += 1;
  if (done === Number(sockets)) process.send?.({ ms: performance.now() - began, missing });
}

const subscribed = Array.from({ length: Number(sockets) }, () => subscribe());
if (subscribed.length > 1) await Promise.all(subscribed);
process.send?.('ready');
// Whoever started it has gone, however.
process.once('disconnect', () => process.exit());
