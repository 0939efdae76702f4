import type { ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';

/** Writes what a process takes over at its start to its descriptor, and closes that. It may end before it reads. */
export function writeCredentials(child: ChildProcess, descriptor: number, text: string): void {
  const stream = child.stdio[descriptor] as Writable | null | undefined;
  stream?.on('error', () => undefined);
  stream?.end(text);
}
