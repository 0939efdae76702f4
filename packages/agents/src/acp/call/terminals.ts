import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fieldsOf, wordsOf } from '../../lines/foreign.ts';
import type { Roots } from './roots.ts';

/** The output that is kept of a command, at most, in bytes. */
const MOST_BYTES = 1024 * 1024;
/** Commands that run or are kept at the same time. */
const MOST_TERMINALS = 64;
/** How long the output of an ended command is read, in milliseconds. */
const CLOSE_MS = 500;

interface Terminal {
  child: ChildProcess;
  output: Buffer;
  isTruncated: boolean;
  exit: { exitCode: number | null; signal: string | null } | null;
  ended: Promise<void>;
}

/** Commands that the agent runs through the protocol: without a shell, each in its own process group. */
export class Terminals {
  readonly #all = new Map<string, Terminal>();
  readonly #roots: Roots;
  readonly #env: Readonly<Record<string, string>>;
  readonly #cwd: string;

  constructor(roots: Roots, env: Readonly<Record<string, string>>, cwd: string) {
    this.#roots = roots;
    this.#env = env;
    this.#cwd = cwd;
  }

  async create(params: Readonly<Record<string, unknown>>): Promise<{ terminalId: string }> {
    if (this.#all.size >= MOST_TERMINALS)
      throw new Error(`There are ${String(MOST_TERMINALS)} terminals: release some.`);
    const { command, args, env, cwd, outputByteLimit: limit } = params;
    const folder = typeof cwd === 'string' ? await this.#roots.within(cwd) : this.#cwd;
    if (folder === null) throw new Error(`${wordsOf(cwd)} is outside of the workspace.`);
    const own = (Array.isArray(env) ? env.map(fieldsOf) : []).map(({ name, value }) => [
      wordsOf(name),
      wordsOf(value, MOST_BYTES),
    ]);
    const child = spawn(
      wordsOf(command, MOST_BYTES),
      Array.isArray(args) ? args.map((arg) => wordsOf(arg, MOST_BYTES)) : [],
      {
        cwd: folder,
        env: { ...this.#env, ...(Object.fromEntries(own) as Record<string, string>) },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      },
    );
    const most = Math.min(Number.isInteger(limit) ? Number(limit) : MOST_BYTES, MOST_BYTES);
    const terminalId = randomUUID();
    const terminal: Terminal = {
      child,
      output: Buffer.alloc(0),
      isTruncated: false,
      exit: null,
      ended: endOf(child).then((exit) => {
        terminal.exit = exit;
      }),
    };
    const take = (chunk: Buffer) => {
      const whole = Buffer.concat([terminal.output, chunk]);
      terminal.isTruncated ||= whole.length > most;
      terminal.output = whole.subarray(Math.max(0, whole.length - most));
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    this.#all.set(terminalId, terminal);
    return { terminalId };
  }

  output(params: Readonly<Record<string, unknown>>): object {
    const { output, isTruncated, exit } = this.#named(params);
    return { output: wholeText(output), truncated: isTruncated, ...(exit !== null && { exitStatus: exit }) };
  }

  async wait(params: Readonly<Record<string, unknown>>): Promise<object> {
    const terminal = this.#named(params);
    await terminal.ended;
    return terminal.exit ?? {};
  }

  kill(params: Readonly<Record<string, unknown>>): object {
    killGroup(this.#named(params));
    return {};
  }

  release(params: Readonly<Record<string, unknown>>): object {
    killGroup(this.#named(params));
    this.#all.delete(wordsOf(params['terminalId']));
    return {};
  }

  /** Ends all commands. */
  close(): void {
    for (const terminal of this.#all.values()) killGroup(terminal);
    this.#all.clear();
  }

  #named({ terminalId }: Readonly<Record<string, unknown>>): Terminal {
    const terminal = this.#all.get(wordsOf(terminalId));
    if (terminal === undefined) throw new Error(`There is no terminal ${wordsOf(terminalId)}.`);
    return terminal;
  }
}

async function endOf(child: ChildProcess): Promise<NonNullable<Terminal['exit']>> {
  return await new Promise((resolve) => {
    child.once('error', () => resolve({ exitCode: 127, signal: null }));
    child.once('exit', (exitCode, signal) => {
      const end = () => resolve({ exitCode, signal });
      // What it wrote last is read first; what it has started may keep the pipe open.
      child.once('close', end);
      setTimeout(end, CLOSE_MS).unref();
    });
  });
}

function killGroup({ child, exit }: Terminal): void {
  if (child.pid === undefined || exit !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** The cut may be in the middle of a character. */
function wholeText(bytes: Buffer): string {
  let from = 0;
  while (from < 3 && ((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
  return bytes.subarray(from).toString();
}
