import { spawn } from 'node:child_process';
import { CliError, EXIT } from '../exits/exit-codes.ts';

/** `merge-tree --write-tree` came with it. */
const OLDEST = [2, 38] as const;

export interface GitAnswer {
  code: number | null;
  stdout: Buffer;
  stderr: string;
}

/** Runs git in a folder, with variables beside the fixed ones. Rejects only where it can't be run. */
export type RunGit = (
  args: readonly string[],
  cwd: string,
  more?: Readonly<Record<string, string>>,
) => Promise<GitAnswer>;

/** Makes git see no repository: no configuration, no attributes and no hooks of one. */
export const NO_REPOSITORY: Readonly<Record<string, string>> = {
  GIT_DIR: '/dev/null',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ATTR_NOSYSTEM: '1',
};

/** Returns what runs the git of this machine. Throws where there is none, or one that is too old. */
export async function findGit(env: Readonly<Record<string, string | undefined>>): Promise<RunGit> {
  // What a hook or a script around us has set for git is about another repository.
  const own = Object.entries(env).filter(([name, value]) => value !== undefined && !name.startsWith('GIT_'));
  const run: RunGit = async (args, cwd, more) => {
    const variables = {
      ...Object.fromEntries(own),
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_NO_REPLACE_OBJECTS: '1',
      LC_ALL: 'C',
      ...more,
    };
    return await answerOf(args, cwd, variables);
  };
  const text = (await run(['--version'], '/')).stdout.toString();
  const [, major, minor] = /^git version (\d+)\.(\d+)/.exec(text) ?? [];
  if (Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1])) return run;
  throw new CliError(
    EXIT.failed,
    `"cc-executor apply" needs git ${OLDEST.join('.')} or newer; this machine has ${JSON.stringify(text.trim())}.`,
  );
}

async function answerOf(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<GitAnswer> {
  return await new Promise((resolve, reject) => {
    // Its own group: Ctrl-C must not end git between two files.
    const child = spawn('git', args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (chunk: Buffer) => chunks[name].push(chunk));
    child.once('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT' || error.code === 'EACCES';
      const why = isMissing ? 'there is none on this machine' : `it can't be started (${error.message})`;
      reject(new CliError(EXIT.failed, `"cc-executor apply" needs git, and ${why}.`));
    });
    child.once('close', (code) => {
      resolve({
        code,
        stdout: Buffer.concat(chunks.stdout),
        stderr: Buffer.concat(chunks.stderr).toString().trim(),
      });
    });
  });
}
