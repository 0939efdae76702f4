import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, createConnection, type AddressInfo } from 'node:net';
import { SHELL } from './stack.ts';

/** A bare spawn to its end, in milliseconds. */
export async function bareSpawn(command: string): Promise<number> {
  const began = performance.now();
  await once(spawn(SHELL, ['-c', command], { stdio: ['ignore', 'pipe', 'pipe'] }), 'close');
  return performance.now() - began;
}

/** The same output through a bare pipe and then a bare loopback socket, hashed at its end, in milliseconds. */
export async function barePipeAndSocket(command: string): Promise<number> {
  const began = performance.now();
  const server = createServer((socket) => {
    spawn(SHELL, ['-c', command], { stdio: ['ignore', 'pipe', 'ignore'] }).stdout.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hash = createHash('sha256');
  const client = createConnection((server.address() as AddressInfo).port, '127.0.0.1');
  for await (const chunk of client) hash.update(chunk as Buffer);
  server.close();
  return performance.now() - began;
}
