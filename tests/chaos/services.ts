import { INSTALLATION_ROOT } from '@cc-executor/service-kit';
import { compileCacheEnv } from '@cc-executor/service-kit/compile-cache';
import { waitFor } from '@cc-executor/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/**
 * The heap of a service here, in MiB: a fraction of what it has otherwise, so that a log that is larger is written soon.
 * An API that has answered its first requests holds 45 of them, most for its own code.
 */
export const HEAP_MIB = 96;
const HEAP = ['--max-semi-space-size=2', `--max-old-space-size=${String(HEAP_MIB)}`];

/** A service that is started again at once whenever it ends, as a container's restart policy does. */
export class Service {
  readonly name: string;
  readonly #main: string;
  readonly #env: Record<string, string>;
  readonly #log: WriteStream;
  readonly #prefix: readonly string[];
  #child: ChildProcess | undefined;
  #killed: ChildProcess | undefined;
  #nextStart: NodeJS.Timeout | undefined;
  /** Resolves when the process of now runs. */
  #running: Promise<void> = Promise.resolve();
  /** How often it was started. */
  starts = 0;
  /** How it ended each time that it ran and nobody had killed it; a start that fails without Redis is not meant. */
  readonly crashes: string[] = [];

  /** `prefix`: a command that starts another one, such as one with namespaces of its own. `env` lets it log at `info`. */
  constructor(
    name: string,
    kind: string,
    env: Record<string, string>,
    logFolder: string,
    prefix: readonly string[] = [],
  ) {
    this.#prefix = prefix;
    this.name = name;
    this.#main = join(INSTALLATION_ROOT, 'services', kind, 'src/main.ts');
    this.#env = env;
    this.#log = createWriteStream(join(logFolder, `${name}.log`), { flags: 'a' });
    this.#start();
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** To the service, and to what stands before it in its group: a command with namespaces passes no signals on. */
  signal(name: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, name);
    } catch {
      // It has ended by itself meanwhile.
    }
  }

  kill(): void {
    this.#killed = this.#child;
    this.signal('SIGKILL');
  }

  async stop(): Promise<void> {
    const child = this.#child;
    child?.removeAllListeners('exit');
    // It may have been killed just now, and be about to start again.
    clearTimeout(this.#nextStart);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    this.signal('SIGCONT');
    // Before it runs it has no handler of the signal, which the first process of a namespace ignores then.
    await Promise.race([this.#running, ended]);
    this.signal('SIGTERM');
    await ended;
  }

  #start(): void {
    this.starts += 1;
    const [program, ...args] = [...this.#prefix, process.execPath, ...HEAP, this.#main];
    const child = spawn(program ?? process.execPath, args, {
      env: { ...compileCacheEnv(), ...this.#env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(this.#log, { end: false });
    child.stderr.pipe(this.#log, { end: false });
    let hasRun = false;
    this.#running = new Promise((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        hasRun ||= chunk.includes('"state":"running"');
        if (hasRun) resolve();
      });
    });
    child.once('exit', (code, signal) => {
      if (hasRun && child !== this.#killed) this.crashes.push(String(signal ?? code));
      this.#nextStart = setTimeout(() => this.#start(), 100);
    });
    this.#child = child;
  }
}

/** Calls until there is an answer that is not a server's fault: what a client does while services come and go. */
export async function persist(url: string, init: RequestInit = {}): Promise<Response> {
  return await waitFor(
    async () => {
      const signal = AbortSignal.timeout(10_000);
      const response = await fetch(url, { ...init, signal }).catch(() => null);
      return response && response.status < 500 ? response : null;
    },
    { seconds: 120, what: `an answer of ${url}` },
  );
}
