import { spawn, type ChildProcess, type Serializable } from 'node:child_process';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { waitFor } from '@cc-executor/testkit';

interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A fixture as a real process, and everything that came from it. */
export interface Fixture {
  process: ChildProcess;
  output: () => string;
  messages: Serializable[];
  /** The process has ended. */
  exited: Promise<Exit>;
  /** The same, and all that it printed has come. */
  ended: Promise<Exit>;
  /** Resolves when the fixture has printed `text`. */
  printed: (text: string) => Promise<unknown>;
}

interface Options {
  args?: string[];
  env?: Record<string, string>;
  /** Gives it a channel to this process. */
  channel?: boolean;
}

export function runFixture(name: string, { args = [], env = {}, channel = false }: Options = {}): Fixture {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures', `${name}.ts`), ...args], {
    env: { LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(channel ? (['ipc'] as const) : [])],
  });
  const chunks: string[] = [];
  const messages: Serializable[] = [];
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  for (const stream of streams) stream.on('data', (chunk: Buffer) => chunks.push(String(chunk)));
  child.on('message', (message) => messages.push(message));
  const exited = exitOf(child);
  const output = () => chunks.join('');
  return {
    process: child,
    output,
    messages,
    exited,
    // Not `close`: it never comes after a disconnect from this side.
    ended: Promise.all([exited, ...streams.map((stream) => finished(stream).catch(() => undefined))]).then(
      ([end]) => end,
    ),
    printed: (text) => waitFor(() => output().includes(text), { what: `"${text}" from ${name}` }),
  };
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
}
