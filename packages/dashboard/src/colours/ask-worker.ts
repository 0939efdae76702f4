import type { Grammar } from './grammar-of.ts';
import type { Piece } from './pieces.ts';
import { Turns, type Thread } from './turns.ts';
import type { ColourReply, ColourRequest } from './worker.ts';

/** A grammar that takes longer with a text is ended, and the text has no colours. Milliseconds. */
const PATIENCE_MS = 5000;
const PLACE = 'meta[name="cc-executor-colours"]';

/** The page's policy requires that the address of a worker comes only from here. */
interface Policies {
  createPolicy: (
    name: string,
    rules: { createScriptURL: () => string },
  ) => { createScriptURL: (text: string) => string };
}

const turns = new Turns<ColourRequest, ColourReply>({ start, patienceMs: PATIENCE_MS });

/**
 * Colours texts in their own thread: a grammar may take long with a text that somebody wrote for that. Resolves with
 * null where that is not possible, or takes too long. Never rejects.
 */
export async function coloursOf(grammar: Grammar, texts: readonly string[]): Promise<Piece[][][] | null> {
  return await turns.ask({ grammar, texts });
}

function start({
  answer,
  failed,
}: {
  answer: (reply: ColourReply) => void;
  failed: () => void;
}): Thread<ColourRequest> | null {
  const address = scriptAddress();
  if (address === null) return null;
  const worker = new Worker(address, { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<ColourReply>) => answer(data));
  worker.addEventListener('error', failed);
  return { post: (request) => worker.postMessage(request), end: () => worker.terminate() };
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
