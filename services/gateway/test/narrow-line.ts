import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line to a port of this machine that carries answers in pieces of at most 64 KiB, one each `everyMs`. */
export async function startNarrowLine(port: number, everyMs: number) {
  const sockets: Socket[] = [];
  const timers: NodeJS.Timeout[] = [];
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    sockets.push(client, upstream);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    upstream.on('end', () => client.end());
    client.pipe(upstream);
    timers.push(setInterval(() => client.write((upstream.read() as Buffer | null) ?? ''), everyMs));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    /** Carries no answers any more, and breaks nothing. */
    block: () => {
      for (const timer of timers) clearInterval(timer);
    },
    close: async () => {
      for (const timer of timers) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
