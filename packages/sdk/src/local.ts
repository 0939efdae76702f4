import { startStack, type Stack } from '@cc-executor/local-stack';
import { installationKeyOf } from '@cc-executor/local-stack/installation-key';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CcExecutor as Client } from './cc-executor.ts';

export * from './index.ts';

export interface LocalOptions {
  /** The settings of the stack, and the environment of its services; usually `process.env`. */
  env: Readonly<Record<string, string | undefined>>;
  /** Receives the lines for a person; default: none are shown. */
  say?: (line: string) => void;
}

/** The client; in Node it can also start its own server. */
export class CcExecutor extends Client {
  /**
   * Starts a private stack for this process, on free ports, and returns a client of it. Without CC_EXECUTOR_DATA_DIR all
   * its data is in a temporary folder, which close() removes. Throws a sentence if it cannot start.
   */
  static async local({ env, say }: LocalOptions): Promise<LocalCcExecutor> {
    const given = env['CC_EXECUTOR_DATA_DIR'];
    const folder = given ? null : await mkdtemp(join(tmpdir(), 'cc-executor-'));
    const settings = {
      ...env,
      CC_EXECUTOR_HOST: '127.0.0.1',
      CC_EXECUTOR_API_PORT: '0',
      CC_EXECUTOR_WS_PORT: '0',
      ...(folder === null ? {} : { CC_EXECUTOR_DATA_DIR: join(folder, 'data') }),
    };
    const clean = async () => {
      if (folder !== null) await rm(folder, { recursive: true, force: true });
    };
    try {
      const stack = await startStack({ env: settings, ...(say === undefined ? {} : { say }) });
      const key =
        env['CC_EXECUTOR_API_KEY']?.split(',')[0]?.trim() || installationKeyOf(settings, stack.apiUrl);
      return new LocalCcExecutor(stack, key, clean);
    } catch (error) {
      await clean();
      throw error;
    }
  }
}

/** A client with its own stack: close it, or declare it with `await using`. The stack ends with the process. */
export class LocalCcExecutor extends CcExecutor implements AsyncDisposable {
  readonly #stack: Stack;
  readonly #clean: () => Promise<void>;

  constructor(stack: Stack, apiKey: string | undefined, clean: () => Promise<void>) {
    super({ url: stack.apiUrl, apiKey });
    this.#stack = stack;
    this.#clean = clean;
  }

  /** Ends the stack and everything that it runs. */
  async close(): Promise<void> {
    await this.#stack.stop();
    await this.#clean();
  }

  /** Ends the stack, as `close()` does: for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
