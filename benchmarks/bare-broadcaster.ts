import { Redis } from 'ioredis';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

// The least that sends an execution's events to many sockets: each is framed once and written to all, and nobody is
// waited for. Argv: the URL of Redis. Tells its port; a client names the execution as its path.
const redis = new Redis({ path: new URL(process.argv[2] ?? '').pathname });
const audiences = new Map<string, Set<Duplex>>();

function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const header = body.length < 126 ? Buffer.from([0x81, body.length]) : Buffer.from([0x81, 126, 0, 0]);
  if (body.length >= 126) header.writeUInt16BE(body.length, 2);
  return Buffer.concat([header, body]);
}

redis.on('message', (channel: string, message: string) => {
  const frames = Buffer.concat(message.split('\n').map((line) => frame(line.slice(line.indexOf('{')))));
  for (const socket of audiences.get(channel) ?? []) socket.write(frames);
});

const server = createServer().on('upgrade', (request, socket) => {
  const key = String(request.headers['sec-websocket-key']);
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  socket.on('error', () => socket.destroy());
  const channel = `cc:live:${(request.url ?? '').slice(1)}`;
  const audience = audiences.get(channel) ?? new Set();
  audiences.set(channel, audience.add(socket));
  socket.once('close', () => audience.delete(socket));
  // In the place of the event that every client begins with.
  void redis.subscribe(channel).then(() => socket.write(frame('{}')));
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
// Whoever started it has gone, however.
process.once('disconnect', () => process.exit());
