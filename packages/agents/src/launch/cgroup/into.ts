import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { findProgram, isProgram } from '@cc-executor/service-kit/programs';
import type { LaunchSpec } from '../launch.ts';

/**
 * A shell that enters a cgroup and then becomes the program: nothing that the program starts can be outside.
 * The text is fixed; its inputs are arguments. If the cgroup cannot be entered, the program runs without it.
 */
const ENTER = '{ echo 0 > "$1/cgroup.procs"; } 2>/dev/null; shift; exec "$@"';

/** Returns the command that runs a program in a cgroup. `program`: an absolute path. */
export function into(
  cgroup: string,
  program: string,
  args: readonly string[],
): { command: string; args: readonly string[] } {
  return { command: '/bin/sh', args: ['-c', ENTER, 'sh', cgroup, program, ...args] };
}

/** Returns the absolute path of a program; null if it is not found, so that its start fails with the system's own error. */
export function startable({ command, cwd, env }: LaunchSpec): string | null {
  const path = command.includes('/') ? resolve(cwd, command) : findProgram([command], env['PATH']);
  return path !== null && isProgram(path) && hasInterpreter(path) ? path : null;
}

function hasInterpreter(path: string): boolean {
  const head = Buffer.alloc(256);
  let length;
  try {
    const file = openSync(path, 'r');
    length = readSync(file, head);
    closeSync(file);
  } catch {
    return true; // it may be run and not be read
  }
  const [, interpreter] = /^#!\s*(\S+)/.exec(head.toString('latin1', 0, length)) ?? [];
  return interpreter === undefined || isProgram(interpreter);
}
