import { NotStartedError } from '../launch/launch.ts';

/** Returns why Claude Code was not started. */
export function whyNotStarted(command: string, cwd: string, error: unknown): string {
  const missing = error instanceof NotStartedError ? error.missing : null;
  if (missing === 'folder') return `The directory ${cwd} does not exist.`;
  if (missing === 'program') return `There is no Claude Code at ${command}.`;
  return `Claude Code (${command}) could not be started: ${(error as Error).message}.`;
}
