import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { RepositoryError } from '../repository-error.ts';
import { pipeInTheWay } from './pipes.ts';
import { isNewEnough, OLDEST_GIT } from './version.ts';
import { NO_TRANSPORT, type GitProgram } from './git.ts';

/** The default limit of git's messages, in characters. */
const KEPT = 64 * 1024;
const LONGEST_MS = 600_000;

/** For repositories of any owner: whether they may be read was decided by where they are and whose they are. */
export const ANY_OWNER = ['-c', 'safe.directory=*'] as const;

export interface GitCall {
  /** The folder in which it runs. Default: the root. */
  cwd?: string;
  /** Variables beside the fixed ones. */
  env?: Readonly<Record<string, string>>;
  /** The data on its standard input. */
  input?: string;
  /** Of what it reads and prints. latin1: bytes as they are, one character each. Default: utf8. */
  encoding?: 'utf8' | 'latin1';
  /** The limit of its output that is kept, in characters. Default: 64 Ki. */
  most?: number;
  /** How long it may take, in milliseconds. Default: 10 minutes. */
  timeoutMs?: number;
  /** A folder in which a task can have put a pipe that git would wait for. */
  pipesIn?: string;
  /** Ends git, and rejects with its reason. */
  signal?: AbortSignal | undefined;
}

export interface GitAnswer {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Nothing that a repository names is run: no hook, no monitor; and nothing is tidied up in it unasked. Files beside objects that
 * repeat what is in them do not count: a task could write others.
 */
const SAFE = [
  '-c',
  'core.commitGraph=false',
  '-c',
  'core.multiPackIndex=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'gc.auto=0',
  '-c',
  'maintenance.auto=false',
  '-c',
  'core.logAllRefUpdates=false',
] as const;

/** No configuration of the machine or the user counts, but for whose repositories may be read. */
export const NO_CONFIGURATION: Readonly<Record<string, string>> = {
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  HOME: '/nonexistent',
};

/** Lets git fetch from a folder of this machine, and from nowhere else. */
export const FROM_FOLDERS: Readonly<Record<string, string>> = { GIT_ALLOW_PROTOCOL: 'file' };

/**
 * Runs git in repositories of others. It fetches nothing, unless `env` allows a protocol. Never rejects for what git answers,
 * only with a RepositoryError where it can't be run, or waits for a pipe. When it is ended, so are the programs that it
 * started, such as those that reach a server.
 */
export async function runGit(
  { program, path }: GitProgram,
  args: readonly string[],
  {
    cwd = '/',
    env = NO_CONFIGURATION,
    input,
    encoding = 'utf8',
    most = KEPT,
    timeoutMs = LONGEST_MS,
    pipesIn,
    signal,
  }: GitCall = {},
): Promise<GitAnswer> {
  signal?.throwIfAborted();
  const child = spawn(program, [...SAFE, ...args], {
    cwd,
    env: {
      ...(path === undefined ? {} : { PATH: path }),
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_NO_REPLACE_OBJECTS: '1',
      ...NO_TRANSPORT,
      LC_ALL: 'C',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    // In a group of its own: it and what it starts end together.
    detached: true,
  });
  const end = () => endGroup(child.pid);
  const late = setTimeout(end, timeoutMs);
  signal?.addEventListener('abort', end);
  const answer: GitAnswer = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding(encoding).on('data', (text: string) => {
    answer.stdout = (answer.stdout + text).slice(0, most);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    answer.stderr = (answer.stderr + text).slice(-KEPT);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input, encoding);
  const ended = new AbortController();
  const looked = pipesIn === undefined ? null : pipeInTheWay(pipesIn, ended.signal);
  const pipe = looked?.then((found) => {
    if (found) end();
    return found;
  });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    ended.abort();
    signal?.throwIfAborted();
    const found = await pipe;
    if (found)
      throw new RepositoryError(
        '',
        `${JSON.stringify(found.toString())} is a pipe, and git would wait for it; remove it.`,
      );
    const stderr = answer.stderr.trim();
    return { ...answer, code, stderr: code === null ? `${stderr} (it was ended)`.trim() : stderr };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EACCES') throw error;
    const why = existsSync(cwd)
      ? 'Work for a repository needs git, and there is none on this machine.'
      : `There is no folder ${cwd}.`;
    throw new RepositoryError('', why, { cause: error });
  } finally {
    clearTimeout(late);
    signal?.removeEventListener('abort', end);
    ended.abort();
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Rejects with a RepositoryError where there is no git, or one that is too old. */
export async function checkGit(git: GitProgram): Promise<void> {
  const { stdout } = await runGit(git, ['--version']);
  if (isNewEnough(stdout)) return;
  const found = `this machine has ${JSON.stringify(stdout.trim())}`;
  throw new RepositoryError('', `Work for a repository needs git ${OLDEST_GIT} or newer; ${found}.`);
}
