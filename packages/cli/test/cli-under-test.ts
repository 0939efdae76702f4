import { waitFor } from '@cc-executor/testkit';
import { startStack } from '@cc-executor/local-stack';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const MAIN = join(import.meta.dirname, '../src/main.ts');

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The command as a real process. */
export function startCli(
  args: readonly string[],
  env: Record<string, string | undefined> = {},
  input = '',
  cwd?: string,
) {
  return startProgram(process.execPath, [MAIN, ...args], env, input, cwd);
}

/** A line of bash that begins with the command's arguments. */
export async function shell(line: string, env: Record<string, string | undefined> = {}) {
  return await startProgram('bash', ['-c', `'${process.execPath}' '${MAIN}' ${line}`], env).ended;
}

function startProgram(
  program: string,
  args: readonly string[],
  env: Record<string, string | undefined>,
  input = '',
  cwd?: string,
) {
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  });
  const chunks: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => chunks[name].push(chunk));
  const said = (name: 'stdout' | 'stderr') => Buffer.concat(chunks[name]).toString();
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return {
    child,
    said,
    saying: (text: string | RegExp) =>
      waitFor(
        () => {
          const all = said('stdout') + said('stderr');
          return typeof text === 'string' ? all.includes(text) : text.test(all);
        },
        { what: String(text) },
      ),
    ended: once(child, 'close').then(([code]): Ended => ({
      code: code as number | null,
      stdout: said('stdout'),
      stderr: said('stderr'),
    })),
  };
}

/** Its own stack, and the command as a user of it has it. */
export async function startCliUnderTest(more: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'cc-cli-'));
  const { PATH, HOME } = process.env;
  const stack = await startStack({
    env: {
      PATH,
      HOME,
      CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
      CC_EXECUTOR_API_PORT: '0',
      CC_EXECUTOR_WS_PORT: '0',
      ...more,
    },
  });
  const env = { CC_EXECUTOR_URL: stack.apiUrl };
  return {
    stack,
    folder,
    start: (...args: string[]) => startCli(args, env),
    cli: async (...args: string[]) => await startCli(args, env).ended,
    cliIn: async (cwd: string, ...args: string[]) => await startCli(args, env, '', cwd).ended,
    shell: async (line: string) => await shell(line, env),
    piped: async (input: string, ...args: string[]) => await startCli(args, env, input).ended,
    file: async (name: string, content: string) => {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    },
    stop: async () => {
      await stack.stop();
      await rm(folder, { recursive: true, maxRetries: 10 });
    },
  };
}
