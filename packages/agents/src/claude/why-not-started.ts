import { stat } from 'node:fs/promises';

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Returns what was missing: the system reports the same ENOENT for a program and for its directory. */
export async function whyNotStarted(command: string, cwd: string, error: Error): Promise<string> {
  if (!(await exists(cwd))) return `The directory ${cwd} does not exist.`;
  if (command.includes('/') && !(await exists(command))) return `There is no Claude Code at ${command}.`;
  return `Claude Code (${command}) could not be started: ${error.message}.`;
}
