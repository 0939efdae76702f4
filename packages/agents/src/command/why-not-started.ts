import { existsSync } from 'node:fs';

/** Returns what was missing: the system reports the same ENOENT for a program and for its directory. */
export function whyNotStarted(
  { program, cwd, isShell }: { program: string; cwd: string; isShell: boolean },
  error: Error,
): string {
  if (!existsSync(cwd)) return `The directory ${cwd} does not exist.`;
  if (isShell && !existsSync(program))
    return `The shell ${program} does not exist any more: install it again, or name another one in CC_EXECUTOR_SHELL.`;
  return `The process could not be started: ${error.message}.`;
}
