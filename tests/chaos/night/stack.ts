import { runningStack, startStackDetached, stopStack } from '@cc-executor/local-stack';
import { childrenOf, freePort, processesWith, waitFor } from '@cc-executor/testkit';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** The whole stack with its own Redis, as a user starts it, all of it below one folder. */
export class NightStack {
  readonly api: string;
  readonly ws: string;
  readonly #folder: string;
  readonly #env: Record<string, string>;

  private constructor(folder: string, env: Record<string, string>, ports: readonly [number, number]) {
    this.#folder = folder;
    const [apiPort, wsPort] = ports.map(String);
    this.api = `http://127.0.0.1:${String(apiPort)}`;
    this.ws = `ws://127.0.0.1:${String(wsPort)}`;
    this.#env = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      CC_EXECUTOR_DATA_DIR: join(folder, 'data'),
      CC_EXECUTOR_API_PORT: String(apiPort),
      CC_EXECUTOR_WS_PORT: String(wsPort),
      ...env,
    };
  }

  /** Starts it; `env` is what it has beside its places and addresses. */
  static async start(folder: string, env: Record<string, string>): Promise<NightStack> {
    const stack = new NightStack(folder, env, [await freePort(), await freePort()]);
    await startStackDetached(stack.#env);
    return stack;
  }

  /** What it has told the user so far. */
  log(): string {
    return readFileSync(join(this.#folder, 'data/logs/cc-executor.log'), 'utf8');
  }

  workspace(id: string): string {
    return join(this.#folder, 'data/workspaces', id);
  }

  /**
   * All that it has started and that still runs: no other process knows the folder, whose name is random. A guardian has
   * no environment; it is a child of its worker.
   */
  processes(): number[] {
    const known = processesWith(this.#folder).filter((pid) => pid !== process.pid);
    return [...new Set([...known, ...childrenOf(known)])];
  }

  async killWorker(): Promise<void> {
    const worker = (await runningStack(this.#env))?.processes.find(({ name }) => name === 'worker');
    if (!worker) throw new Error('no worker runs');
    signal(worker.pid, 'SIGKILL');
  }

  /** Ends everything at once, but for what was started just then. Returns how many there were. */
  kill(): number {
    const all = this.processes();
    for (const pid of all) signal(pid, 'SIGKILL');
    return all.length;
  }

  /** Everything ends at once, what was being written is garbage, and somebody starts the stack again. */
  async cutPower(end: Buffer): Promise<void> {
    await waitFor(() => this.kill() === 0, { what: 'the end of all processes' });
    const files = join(this.#folder, 'data/redis/appendonlydir');
    const manifest = readFileSync(join(files, 'appendonly.aof.manifest'), 'utf8');
    const newest = [...manifest.matchAll(/^file (\S+) seq \d+ type i$/gm)].at(-1)?.[1];
    if (newest === undefined) throw new Error(`no file of Redis is named in ${manifest}`);
    appendFileSync(join(files, newest), end);
    await startStackDetached(this.#env);
  }

  /** Everything stands still for a time, and goes on. */
  async sleep(ms: number): Promise<void> {
    const all = this.processes();
    for (const pid of all) signal(pid, 'SIGSTOP');
    await delay(ms);
    for (const pid of all) signal(pid, 'SIGCONT');
  }

  async stop(): Promise<void> {
    await stopStack(this.#env);
  }
}

/** `zeros` as a file system leaves them that had only made the file longer, or anything. */
export function garbage(zeros: boolean, bytes: number): Buffer {
  return zeros ? Buffer.alloc(bytes) : randomBytes(bytes);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself meanwhile.
  }
}
