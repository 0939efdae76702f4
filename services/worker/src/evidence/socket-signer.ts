import { ARCHIVE_PATH, CcError, Signed, type ArchiveStatement } from '@cc-executor/contracts';
import type { ManifestDocument, Signer } from '@cc-executor/evidence';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** How long to wait for an unavailable API, and the retry interval; milliseconds. */
const PATIENCE_MS = 30_000;
const AGAIN_MS = 500;
/** The timeout of an answer, in milliseconds: for an archive the API reads the whole log. */
const ANSWER_MS = 10_000;
const ARCHIVE_ANSWER_MS = 120_000;

interface Question {
  path: string;
  body: string;
  timeout: number;
}

/** Has the API, which alone has the key, sign evidence over a unix socket. */
export class SocketSigner implements Signer {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Throws ILLEGAL_STATE if the API refuses. */
  async sign(manifest: ManifestDocument): Promise<Signed> {
    return await this.#signed({ path: '/', body: manifest.text, timeout: ANSWER_MS });
  }

  /** Throws ILLEGAL_STATE if the API refuses. */
  async signArchive(statement: ArchiveStatement): Promise<Signed> {
    const body = JSON.stringify(statement);
    return await this.#signed({ path: ARCHIVE_PATH, body, timeout: ARCHIVE_ANSWER_MS });
  }

  async #signed(question: Question): Promise<Signed> {
    const giveUp = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.#ask(question);
      } catch (error) {
        const isAway = !(error instanceof CcError) && (error as NodeJS.ErrnoException).code !== undefined;
        if (!isAway || performance.now() > giveUp) throw error;
        await delay(AGAIN_MS);
      }
    }
  }

  async #ask({ path, body: question, timeout }: Question): Promise<Signed> {
    const { promise, resolve, reject } = Promise.withResolvers<Signed>();
    const asked = request(
      { socketPath: this.#path, path, method: 'POST', agent: false, timeout },
      (response) => {
        text(response)
          .then((body) => {
            if (response.statusCode === 409)
              throw new CcError('ILLEGAL_STATE', `The API does not sign it: ${body}`);
            if (response.statusCode !== 200) throw new Error(`The API could not sign it: ${body}`);
            resolve(Signed.parse(JSON.parse(body)));
          })
          .catch(reject);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('The API does not answer at its signing socket.')));
    asked.on('error', reject);
    asked.end(question);
    return await promise;
  }
}
