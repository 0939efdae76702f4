import { compileCacheEnv } from '@cc-executor/service-kit/compile-cache';
import { waitFor } from '@cc-executor/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MAIN = resolve(import.meta.dirname, '../src/main.ts');

/** An egress as its own process. */
export class TestEgress {
  readonly folder: string;
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;

  private constructor(folder: string, env: Record<string, string>) {
    this.folder = folder;
    this.#env = env;
  }

  static async start(env: Record<string, string>): Promise<TestEgress> {
    const egress = new TestEgress(await realpath(await mkdtemp(join(tmpdir(), 'cc-egress-'))), env);
    await egress.start();
    return egress;
  }

  get socket(): string {
    return join(this.folder, 'e', 'egress.sock');
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN], {
      env: {
        ...compileCacheEnv(),
        PATH: process.env['PATH'],
        CC_EXECUTOR_EGRESS_SOCKET: this.socket,
        LOG_LEVEL: 'warn',
        ...this.#env,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    this.#child = child;
    await waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error('egress ended at once');
        return await answers(this.socket);
      },
      { what: 'egress to answer', seconds: 60 },
    );
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
