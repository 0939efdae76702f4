import { spawn, type ChildProcess } from 'node:child_process';
import { finished } from 'node:stream/promises';
import { compileCacheEnv } from '@cc-executor/service-kit/compile-cache';
import { waitFor } from '@cc-executor/testkit';

/** A program as a real process, with what it has printed so far. */
export interface Program {
  process: ChildProcess;
  stdout: () => string;
  stderr: () => string;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Resolves when `text` is on its standard output. */
  printed: (text: string) => Promise<unknown>;
}

export function runProgram(main: string, args: readonly string[], env: Record<string, string>): Program {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...compileCacheEnv(), PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(String(chunk)));
  child.stderr.on('data', (chunk: Buffer) => err.push(String(chunk)));
  const stdout = () => out.join('');
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return {
    process: child,
    stdout,
    stderr: () => err.join(''),
    ended: Promise.all([exited, finished(child.stdout), finished(child.stderr)]).then(([end]) => end),
    printed: (text) => waitFor(() => stdout().includes(text), { what: `"${text}"` }),
  };
}
