import { PassThrough } from 'node:stream';
import type { LaunchedProcess } from './launch.ts';

/** What is launched when the system refuses what it is given, such as an argument that is too long: nothing. */
export function notStarted(error: Error): LaunchedProcess {
  const spawned = Promise.reject<never>(error);
  spawned.catch(() => undefined);
  const nothing = async () => undefined;
  return {
    spawned,
    stdin: null,
    stdout: new PassThrough().end(),
    stderr: new PassThrough().end(),
    exited: Promise.resolve({ code: null, signal: null, byGuardian: false }),
    signal: () => false,
    pause: nothing,
    resume: nothing,
    end: nothing,
  };
}
