import { PassThrough } from 'node:stream';
import { NotStartedError, type LaunchedProcess } from './launch.ts';

/** A launched process that never started, because the system rejected it, for example for an argument that is too long. */
export function notStarted(why: Error): LaunchedProcess {
  const error = why instanceof NotStartedError ? why : new NotStartedError(why.message, null, { cause: why });
  const started = Promise.reject(error);
  started.catch(() => undefined);
  const nothing = async () => undefined;
  return {
    started,
    stdin: null,
    stdout: new PassThrough().end(),
    stderr: new PassThrough().end(),
    exited: Promise.resolve({ code: null, signal: null, because: null, note: null }),
    signal: async () => false,
    pause: nothing,
    resume: nothing,
    end: async () => [],
  };
}
