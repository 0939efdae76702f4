import { Signed } from '@cc-executor/contracts';
import type { ManifestDocument, Signer } from '@cc-executor/evidence';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** How long an API that is away is waited for, how often it is asked, and how long it may take; milliseconds. */
const PATIENCE_MS = 30_000;
const AGAIN_MS = 500;
const ANSWER_MS = 10_000;

/** Has manifests signed by the API, which alone has the key, over a unix socket. */
export class SocketSigner implements Signer {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async sign(manifest: ManifestDocument): Promise<Signed> {
    const giveUp = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.#ask(manifest.text);
      } catch (error) {
        const isAway = (error as NodeJS.ErrnoException).code !== undefined;
        if (!isAway || performance.now() > giveUp) throw error;
        await delay(AGAIN_MS);
      }
    }
  }

  async #ask(manifest: string): Promise<Signed> {
    const { promise, resolve, reject } = Promise.withResolvers<Signed>();
    const asked = request(
      { socketPath: this.#path, method: 'POST', agent: false, timeout: ANSWER_MS },
      (response) => {
        text(response)
          .then((body) => {
            if (response.statusCode !== 200) throw new Error(`The API does not sign it: ${body}`);
            resolve(Signed.parse(JSON.parse(body)));
          })
          .catch(reject);
      },
    );
    asked.on('timeout', () => asked.destroy(new Error('The API does not answer at its signing socket.')));
    asked.on('error', reject);
    asked.end(manifest);
    return await promise;
  }
}
