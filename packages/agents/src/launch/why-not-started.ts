import { existsSync } from 'node:fs';
import { NotStartedError, type LaunchSpec } from './launch.ts';

/** Returns the error of a process that could not be started: the system reports a program and a folder alike. */
export function whyNotStarted({ command, cwd }: LaunchSpec, error: Error): NotStartedError {
  return new NotStartedError(error.message, missingOf(command, cwd), { cause: error });
}

function missingOf(command: string, cwd: string): NotStartedError['missing'] {
  if (!existsSync(cwd)) return 'folder';
  return command.includes('/') && !existsSync(command) ? 'program' : null;
}
