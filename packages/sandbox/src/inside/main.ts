// Runs in a container, as its first process: node forward.mts <socket> <port> <program> [arguments …]
//
// Provides an HTTP proxy on a loopback port of the container, which leads to a unix socket, and runs the given
// program with its own input and outputs. It passes signals on and ends as the program does. It needs nothing but Node.
import { spawn } from 'node:child_process';
import { createServer, connect } from 'node:net';
import { constants } from 'node:os';
import { pipeline } from 'node:stream';

const PASSED = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const;

const [socket = '', port = '', program = '', ...args] = process.argv.slice(2);

const server = createServer({ allowHalfOpen: true }, (client) => {
  const outside = connect({ path: socket, allowHalfOpen: true });
  pipeline(client, outside, () => undefined);
  pipeline(outside, client, () => undefined);
});
server.on('error', (error) => {
  if (!server.listening) fail(`no proxy at port ${port}: ${error.message}`);
});
server.listen(Number(port), '127.0.0.1', () => {
  const child = spawn(program, args, { stdio: 'inherit' });
  child.on('error', (error: NodeJS.ErrnoException) => fail(reasonOf(error)));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  for (const signal of PASSED) process.on(signal, () => child.kill(signal));
});

/** Reports in the form of the engine's init that the program was not run. */
function fail(why: string): void {
  process.stderr.write(`[FATAL tini (${String(process.pid)})] exec ${program} failed: ${why}\n`);
  process.exit(127);
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'No such file or directory';
  return code === 'EACCES' ? 'Permission denied' : message;
}
