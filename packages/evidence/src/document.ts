import { sha256 } from './sha256.ts';

/** What is written as evidence, and its hash: that of its bytes, so that no two readers can disagree on it. */
export interface Document {
  text: string;
  sha256: string;
}

/** A value as a document: JSON that people can read too. */
export function toDocument(value: object): Document {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  return { text, sha256: sha256(text) };
}
