import type { AuthStatus } from '@cc-executor/contracts';
import type { CredentialUse } from '@cc-executor/executions';
import { stat } from 'node:fs/promises';
import { withLastUse } from './auth-with-use.ts';

/** A query starts a process of some 200 MB for a moment: without a reason, this is the interval. Milliseconds. */
const FRESH_MS = 10 * 60 * 1000;

export interface WatchedAuthOptions {
  /** Queries the agent. Never rejects. */
  ask: () => Promise<AuthStatus>;
  /** Tries the credential if that is allowed, and records the result; null: never tried. */
  tryIt: ((auth: AuthStatus) => Promise<void>) | null;
  loginFile: string;
  lastUse: () => Promise<CredentialUse>;
}

/**
 * The agent's report on its credential, refreshed when the login file changed or after some minutes, and how
 * it was last used. During a refresh, the previous report stays valid: a busy machine takes seconds for one.
 */
export class WatchedAuth {
  readonly #options: WatchedAuthOptions;
  #answer: AuthStatus | undefined;
  #asking: Promise<AuthStatus> | undefined;
  #askedAt = 0;
  #seen = '';

  constructor(options: WatchedAuthOptions) {
    this.#options = options;
  }

  async read(): Promise<AuthStatus> {
    const { mtimeMs = 0, size = 0 } = (await stat(this.#options.loginFile).catch(() => null)) ?? {};
    const seen = `${String(mtimeMs)} ${String(size)}`;
    if (!this.#asking || seen !== this.#seen || performance.now() - this.#askedAt > FRESH_MS) {
      this.#seen = seen;
      this.#askedAt = performance.now();
      this.#asking = this.#ask();
    }
    return withLastUse(
      this.#answer ?? (await this.#asking),
      await this.#options.lastUse(),
      new Date(mtimeMs),
    );
  }

  async #ask(): Promise<AuthStatus> {
    const answer = await this.#options.ask();
    await this.#options.tryIt?.(answer);
    return (this.#answer = answer);
  }
}
