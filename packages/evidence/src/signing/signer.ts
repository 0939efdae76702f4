import type { ArchiveStatement, Signed } from '@cc-executor/contracts';
import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { ManifestDocument } from '../document.ts';
import { sha256 } from '../sha256.ts';

type Signable = Pick<ManifestDocument, 'value' | 'sha256'>;

/** Signs evidence: in the worker's own process, or in a separate one that alone has the key. */
export interface Signer {
  /** Returns the public key and the signature, both in base64. Rejects if it cannot or may not be signed. */
  sign(manifest: ManifestDocument): Promise<Signed>;
  /** Does the same for the archive of an execution. Rejects as `sign` does. */
  signArchive(statement: ArchiveStatement): Promise<Signed>;
}

/** Signs with an Ed25519 key in this process. */
export class KeySigner implements Signer {
  readonly #privateKey: KeyObject;
  /** In base64. */
  readonly publicKey: string;

  constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey;
    this.publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64');
  }

  sign(manifest: ManifestDocument): Promise<Signed> {
    return Promise.resolve(this.#sign(bytesOf(manifest)));
  }

  signArchive(statement: ArchiveStatement): Promise<Signed> {
    return Promise.resolve(this.#sign(archiveBytesOf(statement)));
  }

  #sign(bytes: Buffer): Signed {
    return { key: this.publicKey, signature: sign(null, bytes, this.#privateKey).toString('base64') };
  }
}

/** Returns whether the owner of this public key has signed the manifest. */
export function isSigned(manifest: Signable, signed: Signed): boolean {
  return isSignatureOf(bytesOf(manifest), signed);
}

/** Returns whether the owner of this public key has signed the statement about an archive. */
export function isArchiveSigned(statement: ArchiveStatement, signed: Signed): boolean {
  return isSignatureOf(archiveBytesOf(statement), signed);
}

function isSignatureOf(bytes: Buffer, { key, signature }: Signed): boolean {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
    if (publicKey.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, bytes, publicKey, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** Returns a short name of a public key, for people to compare. */
export function fingerprintOf(key: string): string {
  return `SHA256:${sha256(Buffer.from(key, 'base64')).slice(0, 32)}`;
}

/** Returns the signed bytes: that an execution ended with this manifest. No other use of the key can produce them. */
function bytesOf({ value: { execution_id, head }, sha256: manifest }: Signable): Buffer {
  return Buffer.from(`cc-executor evidence 1\n${JSON.stringify([execution_id, manifest, head])}\n`);
}

/** Has another prefix than the bytes of a manifest: one signature can never serve both. */
function archiveBytesOf(statement: ArchiveStatement): Buffer {
  const { execution_id, manifest, bytes, sha256: hash, text_bytes, text_sha256 } = statement;
  const values = [execution_id, manifest, bytes, hash, text_bytes, text_sha256];
  return Buffer.from(`cc-executor archive 1\n${JSON.stringify(values)}\n`);
}
