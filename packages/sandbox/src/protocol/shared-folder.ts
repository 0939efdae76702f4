import { dirname, join } from 'node:path';

// What the worker gives to containers of agents, in a folder beside the launcher's socket. A request names none of it: the
// launcher mounts what is at these places.

/** The folders inside a container of an agent. */
export const INSIDE = {
  /** Has the program `claude`; read-only. */
  program: '/opt/cc-executor',
  /** Has the socket `model.sock`, which leads to the model; read-only. */
  model: '/run/cc-executor',
  /** Where Claude Code keeps its files of the execution. */
  files: '/var/lib/cc-executor',
} as const;

/** The same folders outside, for one execution. `socket`: the path of the launcher's socket. */
export function sharedFolders(socket: string, executionId: string): Record<keyof typeof INSIDE, string> {
  const shared = join(dirname(socket), 'shared');
  return {
    program: join(shared, 'program'),
    model: join(shared, 'model'),
    files: join(shared, 'files', executionId),
  };
}
