import { waitFor } from '@cc-executor/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A process that listens and then does nothing more: its kernel takes a few connections for it, and then no others. */
const PROGRAM = `
  const server = require('node:net').createServer().listen({ port: 0, backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

/** A server at a port of this machine that accepts no connection. */
export class DeafServer {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #sockets: readonly Socket[];

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
    this.#sockets = Array.from({ length: 16 }, () => connect(port, 'localhost').on('error', () => undefined));
  }

  static async start(): Promise<DeafServer> {
    const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = (await once(child.stdout, 'data')) as [Buffer];
    const server = new DeafServer(child, Number(port.toString()));
    // Linux takes one more than the backlog.
    const taken = () => server.#sockets.filter(({ readyState }) => readyState === 'open').length;
    await waitFor(() => taken() > 1, { what: 'the backlog to be full', seconds: 60 });
    return server;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
