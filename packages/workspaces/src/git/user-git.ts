import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { NO_TRANSPORT, type GitProgram } from './git.ts';

/** So much of what git says is kept where no other number is asked for, in characters. */
const KEPT = 64 * 1024;
const LONGEST_MS = 600_000;

export interface GitCall {
  /** The folder in which it runs. Default: the root. */
  cwd?: string;
  /** Variables beside the fixed ones. */
  env?: Readonly<Record<string, string>>;
  /** What it reads from its standard input. */
  input?: string;
  /** So much of what it prints is kept, in characters. Default: 64 Ki. */
  most?: number;
  /** How long it may take, in milliseconds: a pipe in place of a file would be waited for. Default: 10 minutes. */
  timeoutMs?: number;
}

export interface GitAnswer {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Nothing that a repository names is run: no hook, no monitor; and nothing is tidied up in it unasked. */
const SAFE = [
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
 * only where it can't be run.
 */
export async function runGit(
  { program, path }: GitProgram,
  args: readonly string[],
  { cwd = '/', env = NO_CONFIGURATION, input, most = KEPT, timeoutMs = LONGEST_MS }: GitCall = {},
): Promise<GitAnswer> {
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
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const answer: GitAnswer = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    answer.stdout = (answer.stdout + text).slice(0, most);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    answer.stderr = (answer.stderr + text).slice(-KEPT);
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  const stderr = answer.stderr.trim();
  return { ...answer, code, stderr: code === null ? `${stderr} (it was ended)`.trim() : stderr };
}
