import { PassThrough } from 'node:stream';
import type { LaunchedProcess } from './launch.ts';

/** A launched process that never started, because the system rejected it, for example for an argument that is too long. */
export function notStarted(why: Error): LaunchedProcess {
  const { promise: spawned, reject } = Promise.withResolvers<never>();
  spawned.catch(() => undefined);
  reject(why);
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
    end: async () => [],
  };
}
