import type { Grammar } from './grammar-of.ts';
import type { Piece } from './pieces.ts';
import type { ColourReply, ColourRequest } from './worker.ts';

/** A grammar that takes longer with a text is ended, and the text has no colours. Milliseconds. */
const PATIENCE_MS = 5000;
const PLACE = 'meta[name="cc-executor-colours"]';

/** What the policy of the page calls for: the address of a worker comes from here alone. */
interface Policies {
  createPolicy: (
    name: string,
    rules: { createScriptURL: () => string },
  ) => { createScriptURL: (text: string) => string };
}

let worker: Worker | null = null;
let count = 0;
const waiting = new Map<number, (texts: ColourReply['texts']) => void>();

/**
 * Colours texts in their own thread: a grammar may take long with a text that somebody wrote for that. Resolves with
 * null where that is not possible, or takes too long. Never rejects.
 */
export async function coloursOf(grammar: Grammar, texts: readonly string[]): Promise<Piece[][][] | null> {
  const own = start();
  if (own === null) return null;
  const { promise, resolve } = Promise.withResolvers<ColourReply['texts']>();
  count += 1;
  const number = count;
  waiting.set(number, resolve);
  const timer = setTimeout(() => giveUp(own), PATIENCE_MS);
  own.postMessage({ number, grammar, texts } satisfies ColourRequest);
  const found = await promise;
  clearTimeout(timer);
  return found;
}

function start(): Worker | null {
  if (worker !== null) return worker;
  const address = scriptAddress();
  if (address === null) return null;
  const own = new Worker(address, { type: 'module' });
  own.addEventListener('message', ({ data }: MessageEvent<ColourReply>) => {
    waiting.get(data.number)?.(data.texts);
    waiting.delete(data.number);
  });
  own.addEventListener('error', () => giveUp(own));
  worker = own;
  return own;
}

/** Ends a thread; those that wait for it get nothing, and the next text begins another one. */
function giveUp(own: Worker): void {
  if (worker !== own) return;
  own.terminate();
  worker = null;
  for (const resolve of waiting.values()) resolve(null);
  waiting.clear();
}

let known: string | null = null;

/** The address of the script, as the build has written it into the page; null: there is none. */
function scriptAddress(): string | null {
  if (known !== null) return known;
  const address = document.querySelector<HTMLMetaElement>(PLACE)?.content;
  if (address === undefined) return null;
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  const policy = trustedTypes?.createPolicy('colours', { createScriptURL: () => address });
  known = policy?.createScriptURL(address) ?? address;
  return known;
}
