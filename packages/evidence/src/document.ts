import type { Manifest } from '@cc-executor/contracts';
import { sha256 } from './sha256.ts';

/** A document of evidence, and the hash of its bytes, so that no two readers can disagree on it. */
export interface Document {
  text: string;
  sha256: string;
}

/** Returns a value as a document: JSON that people can read. */
export function toDocument(value: object): Document {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  return { text, sha256: sha256(text) };
}

/** A manifest, and its bytes. */
export interface ManifestDocument extends Document {
  value: Manifest;
}

/** Returns a manifest with the bytes that are written and signed. */
export function toManifestDocument(value: Manifest): ManifestDocument {
  return { value, ...toDocument(value) };
}
