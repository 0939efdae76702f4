import { NotStartedError } from '../launch/launch.ts';

/** Returns why a command was not started, and what to do. `shell`: its path; null: it needs none. */
export function whyNotStarted(error: unknown, { cwd, shell }: { cwd: string; shell: string | null }): string {
  const missing = error instanceof NotStartedError ? error.missing : null;
  if (missing === 'folder') return `The directory ${cwd} does not exist.`;
  if (missing === 'program' && shell !== null)
    return `The shell ${shell} does not exist any more: install it again, or name another one in CC_EXECUTOR_SHELL.`;
  return `The process could not be started: ${(error as Error).message}.`;
}
