import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface ListenOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  /** The setting of the port, for the error message if it is unavailable. */
  setting: string;
}

/** Binds the app, and returns its address, like `http://127.0.0.1:8001`. */
export async function listen(app: FastifyInstance, { host, port, setting }: ListenOptions) {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw new Error(whyNot(error as NodeJS.ErrnoException, host, port, setting), { cause: error });
  }
  const address = app.server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { address: `http://${name}:${String(address.port)}`, port: address.port };
}

/** Has an app answer on a second port as on its own, sockets included, until it closes. Call it before the app listens. */
export async function listenToo(app: FastifyInstance, { host, port, setting }: ListenOptions): Promise<void> {
  const server = createServer();
  for (const event of ['request', 'upgrade', 'clientError'])
    server.on(event, (...args: unknown[]) => app.server.emit(event, ...args));
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(whyNot(error as NodeJS.ErrnoException, host, port, setting), { cause: error });
  }
  app.addHook('onClose', async () => {
    server.close();
    server.closeAllConnections();
  });
}

function whyNot(error: NodeJS.ErrnoException, host: string, port: number, setting: string): string {
  if (error.code === 'EADDRINUSE')
    return `port ${String(port)} of ${host} is in use: end what uses it, or set ${setting} to another port (0: any free one).`;
  if (error.code === 'EACCES')
    return `port ${String(port)} may not be used by this user: set ${setting} to one above 1023.`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `${host} is not an address of this machine: set CC_EXECUTOR_HOST to one that is, such as 127.0.0.1.`;
  return error.message;
}
