import type { AuthStatus } from '@cc-executor/contracts';
import type { CredentialUse } from '@cc-executor/executions';
import { stat } from 'node:fs/promises';
import { withLastUse } from './auth-with-use.ts';

/** Asking starts a process of some 200 MB for a moment: without a reason it is done this seldom. Milliseconds. */
const FRESH_MS = 10 * 60 * 1000;

/**
 * What the agent says of its credential, asked again when the file of its login changed or after some minutes; and how
 * it was last used. While it is asked again, the answer before stands: a busy machine takes seconds for one.
 */
export class WatchedAuth {
  readonly #ask: () => Promise<AuthStatus>;
  readonly #loginFile: string;
  readonly #lastUse: () => Promise<CredentialUse>;
  #answer: AuthStatus | undefined;
  #asking: Promise<AuthStatus> | undefined;
  #askedAt = 0;
  #seen = '';

  constructor(ask: () => Promise<AuthStatus>, loginFile: string, lastUse: () => Promise<CredentialUse>) {
    this.#ask = ask;
    this.#loginFile = loginFile;
    this.#lastUse = lastUse;
  }

  async read(): Promise<AuthStatus> {
    const { mtimeMs = 0, size = 0 } = (await stat(this.#loginFile).catch(() => null)) ?? {};
    const seen = `${String(mtimeMs)} ${String(size)}`;
    if (!this.#asking || seen !== this.#seen || performance.now() - this.#askedAt > FRESH_MS) {
      this.#seen = seen;
      this.#askedAt = performance.now();
      this.#asking = this.#ask().then((answer) => (this.#answer = answer));
    }
    return withLastUse(this.#answer ?? (await this.#asking), await this.#lastUse(), new Date(mtimeMs));
  }
}
