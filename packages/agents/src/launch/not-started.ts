import { PassThrough } from 'node:stream';
import type { LaunchedProcess } from './launch.ts';

/** What is launched when the system refuses what it is given, such as an argument that is too long: nothing. */
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
