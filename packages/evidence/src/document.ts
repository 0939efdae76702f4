import type { Manifest } from '@cc-executor/contracts';
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

/** A manifest, and the bytes of it that count. */
export interface ManifestDocument extends Document {
  value: Manifest;
}

/** Returns a manifest with the bytes that are written and signed. */
export function toManifestDocument(value: Manifest): ManifestDocument {
  return { value, ...toDocument(value) };
}
