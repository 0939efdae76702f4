import type { AuthStatus } from '@cc-executor/contracts';
import type { CredentialUse } from '@cc-executor/executions';
import { stat } from 'node:fs/promises';
import { withLastUse } from './auth-with-use.ts';

/** Asking starts a process of some 200 MB for a moment: without a reason it is done this seldom. Milliseconds. */
const FRESH_MS = 10 * 60 * 1000;

/**
 * What the agent says of its credential, asked again when the file of its login changed or after some minutes; and how
 * it was last used.
 */
export class WatchedAuth {
  readonly #ask: () => Promise<AuthStatus>;
  readonly #loginFile: string;
  readonly #lastUse: () => Promise<CredentialUse>;
  #answer: Promise<AuthStatus> | undefined;
  #askedAt = 0;
  #seen = '';

  constructor(ask: () => Promise<AuthStatus>, loginFile: string, lastUse: () => Promise<CredentialUse>) {
    this.#lastUse = lastUse;
    this.#ask = ask;
    this.#loginFile = loginFile;
  }

  async read(): Promise<AuthStatus> {
    const { mtimeMs = 0, size = 0 } = (await stat(this.#loginFile).catch(() => null)) ?? {};
    const seen = `${String(mtimeMs)} ${String(size)}`;
    if (!this.#answer || seen !== this.#seen || performance.now() - this.#askedAt > FRESH_MS) {
      this.#seen = seen;
      this.#askedAt = performance.now();
      this.#answer = this.#ask();
    }
    return withLastUse(await this.#answer, await this.#lastUse(), new Date(mtimeMs));
  }
}
