import { dirname, join } from 'node:path';

// The files that the worker provides to containers of agents, in a folder beside the launcher's socket. A request names none of them: the
// launcher mounts what is at these places.

/** The folders inside a container of an agent. */
export const INSIDE = {
  /** Has the program `claude` and those of the way to other hosts; read-only. */
  program: '/opt/cc-executor',
  /** Has the sockets that lead an attempt to its models; read-only. */
  model: '/run/cc-executor',
  /** The folder of Claude Code's files of the execution. */
  files: '/var/lib/cc-executor',
  /** Has the results of earlier tasks, each in a file with the task's number; read-only. */
  results: '/var/lib/cc-executor-results',
  /** Has the socket of the way to other hosts; read-only. */
  network: '/run/cc-executor-network',
} as const;

/** The loopback port of a container at which an agent without support for sockets finds the model. */
export const MODEL_PORT = 13_129;

/** The names of the programs that connect a container to other hosts, in the folder of programs. */
export const FORWARDER = { node: 'node', program: 'forward.mts' } as const;

/** Returns folders of these outside, for one execution. `socket`: the path of the launcher's socket. */
export function sharedFolders(
  socket: string,
  executionId: string,
): Record<'program' | 'model' | 'files' | 'results' | 'copies', string> {
  const shared = join(dirname(socket), 'shared');
  return {
    program: join(shared, 'program'),
    model: join(shared, 'model', executionId),
    files: join(shared, 'files', executionId),
    results: join(shared, 'results', executionId),
    copies: join(shared, 'copies'),
  };
}

/** Returns where an attempt's results of earlier tasks are. `results`: the folder of its execution. */
export function resultsFolder(results: string, { task, attempt }: { task: number; attempt: number }): string {
  return join(results, `${String(task)}-${String(attempt)}`);
}

/** Returns where the sockets are that lead an attempt to its models. `socket`: the path of the launcher's socket. */
export function modelFolder(
  socket: string,
  { executionId, task, attempt }: { executionId: string; task: number; attempt: number },
): string {
  return join(sharedFolders(socket, executionId).model, `${String(task)}-${String(attempt)}`);
}

/**
 * Returns the beginning of a command line in a container: what runs the program that follows, and leads connections to a port
 * of its loopback to a socket there.
 */
export function forwarding(socket: string, port: number): [string, ...string[]] {
  const options = ['--disable-sigusr1', '--max-semi-space-size=2'];
  const [node, program] = [join(INSIDE.program, FORWARDER.node), join(INSIDE.program, FORWARDER.program)];
  return [node, ...options, program, socket, String(port)];
}
