import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { findProgram, isProgram } from '@cc-executor/service-kit/programs';
import type { LaunchSpec } from '../launch.ts';

/**
 * A shell that puts itself into a cgroup and then becomes the program: nothing that the program starts can be outside.
 * The text is fixed; what it works on are arguments. Where the cgroup can't be entered the program runs without it.
 */
const ENTER = '{ echo 0 > "$1/cgroup.procs"; } 2>/dev/null; shift; exec "$@"';

/** What to start so that a program runs in a cgroup. `program`: an absolute path. */
export function into(
  cgroup: string,
  program: string,
  args: readonly string[],
): { command: string; args: readonly string[] } {
  return { command: '/bin/sh', args: ['-c', ENTER, 'sh', cgroup, program, ...args] };
}

/** The absolute path of a program; null where its start would fail, which it then does with the system's own error. */
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
