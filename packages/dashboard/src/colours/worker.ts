import hljs from 'highlight.js/lib/core';
import type { Grammar } from './grammar-of.ts';
import { GRAMMARS, INSIDE } from './languages.ts';
import { piecesOf, type Piece } from './pieces.ts';

/** Texts to colour, each by itself. */
export interface ColourRequest {
  grammar: Grammar;
  texts: readonly string[];
}

/** The lines of each text, in pieces; null: it could not be coloured. */
export type ColourReply = Piece[][][] | null;

addEventListener('message', ({ data }: MessageEvent<ColourRequest>) => {
  const reply = (texts: ColourReply) => postMessage(texts);
  colour(data).then(reply, () => reply(null));
});

async function colour({ grammar, texts }: ColourRequest): Promise<Piece[][][]> {
  await Promise.all([grammar, ...(INSIDE[grammar] ?? [])].map(load));
  const language = grammar;
  return texts.map((text) => piecesOf(hljs.highlight(text, { language, ignoreIllegals: true }).value));
}

async function load(grammar: Grammar): Promise<void> {
  if (hljs.getLanguage(grammar)) return;
  const loaded = await GRAMMARS[grammar]();
  hljs.registerLanguage(grammar, loaded.default);
}
