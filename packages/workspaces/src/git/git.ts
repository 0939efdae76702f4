import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SnapshotError } from '../snapshot-error.ts';
import { isNewEnough, OLDEST_GIT } from './version.ts';

/** The limit of git's message about a failure, in characters. */
const MESSAGE_LENGTH = 2000;
/** The git programs of this process that are not too old, by PATH and name: each is asked for its version once. */
const NEW_ENOUGH = new Set<string>();

/** A git that runs, with open pipes. */
export type GitProcess = ChildProcessWithoutNullStreams;

/**
 * Git fetches nothing of its own accord: the configuration of a repository can name a program for the objects that it does
 * not have, and the first use of one would run it. Versions that do not know the first variable obey the second one.
 */
export const NO_TRANSPORT: Readonly<Record<string, string>> = {
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: '',
};

export interface GitProgram {
  /** The program, as a name that is looked up in `path`, or an absolute path. */
  program: string;
  /** The folders in which programs are looked up, as in PATH. */
  path: string | undefined;
}

/**
 * Runs git in one bare repository. Nothing from outside has an influence: no configuration of the machine or the user, no
 * attributes, no hooks, no variables of this process. With an explicit repository git does not ask who owns it.
 */
export class Git {
  readonly repository: string;
  readonly #program: GitProgram;
  readonly #objects: string | null;

  /** `objects`: a folder of objects beside those of the repository; null: there is none. */
  constructor(program: GitProgram, repository: string, objects: string | null = null) {
    this.#program = program;
    this.repository = repository;
    this.#objects = objects;
  }

  /** Returns one that also finds the objects in a folder, and would write there. */
  withObjects(folder: string): Git {
    return new Git(this.#program, this.repository, folder);
  }

  /** Returns what git prints. Rejects with a SnapshotError when it fails. */
  async run(args: readonly string[], { signal }: { signal?: AbortSignal | undefined } = {}): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.stream(args, { signal })) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Returns what git prints and its exit code, for commands that answer by it. */
  async outcome(args: readonly string[]): Promise<{ code: number | null; output: Buffer }> {
    const child = this.start(args);
    const ended = outcomeOf(child);
    ended.catch(() => undefined);
    child.stdin.end();
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) chunks.push(chunk);
    return { code: (await ended).code, output: Buffer.concat(chunks) };
  }

  /** Yields what git prints, as it comes. Throws a SnapshotError when it fails; git is ended when the reader stops. */
  async *stream(
    args: readonly string[],
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<Buffer, void, undefined> {
    signal?.throwIfAborted();
    const child = this.start(args);
    const end = () => child.kill('SIGKILL');
    signal?.addEventListener('abort', end);
    const ended = outcomeOf(child);
    // It may fail before anybody waits for it.
    ended.catch(() => undefined);
    child.stdin.end();
    try {
      for await (const chunk of child.stdout as AsyncIterable<Buffer>) yield chunk;
      const { code, message } = await ended;
      signal?.throwIfAborted();
      if (code !== 0) throw this.failure(`git ${args[0] ?? ''} failed: ${message || String(code)}`);
    } finally {
      signal?.removeEventListener('abort', end);
      child.kill('SIGKILL');
      await ended.catch(() => undefined);
    }
  }

  /** Starts git with open pipes. The caller ends it. */
  start(args: readonly string[]): GitProcess {
    const child = spawn(this.#program.program, args, {
      cwd: '/',
      env: {
        ...(this.#program.path === undefined ? {} : { PATH: this.#program.path }),
        GIT_DIR: this.repository,
        ...(this.#objects === null
          ? {}
          : {
              GIT_OBJECT_DIRECTORY: this.#objects,
              GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(join(this.repository, 'objects')),
            }),
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_SYSTEM: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_ATTR_NOSYSTEM: '1',
        GIT_NO_REPLACE_OBJECTS: '1',
        ...NO_TRANSPORT,
        GIT_TERMINAL_PROMPT: '0',
        GIT_OPTIONAL_LOCKS: '0',
        HOME: '/nonexistent',
        LC_ALL: 'C',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // git's exit reports an early end, not the pipe.
    child.stdin.on('error', () => undefined);
    return child;
  }

  /** Returns the error for a git that failed: of a repository that was removed meanwhile, that there are no snapshots. */
  failure(message: string): SnapshotError {
    if (existsSync(this.repository)) return new SnapshotError('git_failed', message);
    return new SnapshotError('unknown_snapshot', `The snapshots in ${this.repository} were removed.`);
  }

  /** Throws a SnapshotError when there is no git, or one that is too old. */
  async checkVersion(): Promise<void> {
    const known = `${this.#program.path ?? ''}\0${this.#program.program}`;
    if (NEW_ENOUGH.has(known)) return;
    await this.#checkVersion();
    NEW_ENOUGH.add(known);
  }

  async #checkVersion(): Promise<void> {
    const text = (await this.run(['--version'])).toString();
    if (isNewEnough(text)) return;
    throw new SnapshotError(
      'git_too_old',
      `Snapshots need git ${OLDEST_GIT} or newer; this machine has ${JSON.stringify(text.trim())}.`,
    );
  }
}

/** A list of folders has colons between them, unless each is quoted. */
function quoted(path: string): string {
  return `"${path.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

/** Resolves when git has ended and its pipes are closed. Rejects when it could not be started. */
export async function outcomeOf(child: GitProcess): Promise<{ code: number | null; message: string }> {
  let message = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    message = (message + text).slice(-MESSAGE_LENGTH);
  });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, message: message.trim() };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES')
      throw new SnapshotError('git_missing', 'Snapshots need git, and there is none on this machine.', {
        cause: error,
      });
    throw error;
  }
}
