import { readPlain } from '@cc-executor/evidence/plain-files';
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isBelievable, loginAlone, MAX_BYTES, parseLogin, withTokens, type Login } from './login.ts';

/** The one file that is ever read or written, on both sides. */
const NAME = '.credentials.json';

/** Where a login was carried to, or why the one of the tasks was removed. */
export type CarryResult = 'to the tasks' | 'to the host' | 'withdrawn';

export interface CarrierOptions {
  /** The user's own folder of Claude Code. */
  host: string;
  /** The folder that tasks use, and may fill with anything. */
  inside: string;
  /** Tasks work with a key or a token: they are to see no login. */
  isWithheld?: boolean;
  /** Called once for each reason why a side cannot be read or written. */
  onTrouble: (message: string) => void;
}

/**
 * Keeps the login of a user's Claude Code and the one that tasks work with the same, so that what one side refreshes is
 * valid on the other. Tasks may write what they want on their side: of that only the tokens of a refresh reach the host,
 * where there is a login already.
 */
export class Carrier {
  readonly #options: CarrierOptions;
  /** The access token that both sides had last. */
  #last: string | undefined;
  /** How often in a row the host had no login, after it had one. */
  #missed = 0;
  #trouble: string | undefined;

  constructor(options: CarrierOptions) {
    this.#options = options;
  }

  /** Looks at both sides once, and carries what has changed; null: nothing has. Never rejects. */
  async look(): Promise<CarryResult | null> {
    try {
      const carried = await this.#carry();
      this.#trouble = undefined;
      return carried;
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#trouble) this.#options.onTrouble(message);
      this.#trouble = message;
      return null;
    }
  }

  async #carry(): Promise<CarryResult | null> {
    const { host, inside, isWithheld = false } = this.#options;
    if (isWithheld) return await this.#withdraw();
    const given = await readText(join(host, NAME));
    const ours = given === null ? null : parseLogin(given);
    // What can't be read on the side of the tasks is as good as nothing: it is replaced.
    const theirs = parseLogin((await readText(join(inside, NAME)).catch(() => null)) ?? '');
    if (given === null || ours === null) return given === null ? await this.#hostHasNone() : null;
    this.#missed = 0;
    if (theirs?.tokens.accessToken === ours.tokens.accessToken) {
      this.#last = ours.tokens.accessToken;
      return null;
    }
    if (theirs === null || !this.#isNewer(theirs, ours)) {
      await replace(join(inside, NAME), loginAlone(ours));
      this.#last = ours.tokens.accessToken;
      return 'to the tasks';
    }
    // Claude Code on the host may have refreshed it meanwhile: then the next look decides.
    if ((await readText(join(host, NAME))) !== given) return null;
    await replace(join(host, NAME), withTokens(ours, theirs.tokens));
    this.#last = theirs.tokens.accessToken;
    return 'to the host';
  }

  /** Returns whether the tasks' side has refreshed the login that the host's side has. */
  #isNewer(theirs: Login, ours: Login): boolean {
    const now = Date.now();
    if (!isBelievable(theirs.tokens, now) || theirs.tokens.expiresAt <= ours.tokens.expiresAt) return false;
    // A login on the host after the last look is the user's word, whatever tasks have written meanwhile.
    const isHostsNew = this.#last !== undefined && this.#last !== ours.tokens.accessToken;
    return !isHostsNew || ours.tokens.expiresAt <= now;
  }

  /** The user has logged out, if there was a login before. Twice, since one look may fall between two writes. */
  async #hostHasNone(): Promise<CarryResult | null> {
    if (this.#last === undefined) return null;
    this.#missed += 1;
    if (this.#missed < 2) return null;
    this.#last = undefined;
    return await this.#withdraw();
  }

  async #withdraw(): Promise<CarryResult | null> {
    const path = join(this.#options.inside, NAME);
    if (parseLogin((await readText(path).catch(() => null)) ?? '') === null) return null;
    await rm(path, { force: true });
    return 'withdrawn';
  }
}

async function readText(path: string): Promise<string | null> {
  return (await readPlain(path, MAX_BYTES))?.toString() ?? null;
}

/** Writes it whole or not at all. A link in its place is replaced, and not followed. */
async function replace(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    // Without the draft's name, which is another one each time.
    throw new Error(`${path} can't be written (${String((error as NodeJS.ErrnoException).code)})`, {
      cause: error,
    });
  }
}
