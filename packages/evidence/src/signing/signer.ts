import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { sha256 } from '../sha256.ts';

/** What is vouched for: that an execution came to this, and that its last receipt is this one. */
export interface Statement {
  executionId: string;
  /** SHA-256 of the manifest. */
  manifest: string;
  /** The last receipt; null: there is none. */
  head: string | null;
}

/** Who vouches: in the worker's own process, or in another one that alone has the key. */
export interface Signer {
  /** The public key and the signature, both in base64. Rejects when it can't be signed, or may not be. */
  sign(statement: Statement): Promise<{ key: string; signature: string }>;
}

/** Signs with an Ed25519 key of this process. */
export class KeySigner implements Signer {
  readonly #privateKey: KeyObject;
  /** In base64. */
  readonly publicKey: string;

  constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey;
    this.publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64');
  }

  sign(statement: Statement): Promise<{ key: string; signature: string }> {
    const signature = sign(null, bytesOf(statement), this.#privateKey).toString('base64');
    return Promise.resolve({ key: this.publicKey, signature });
  }
}

/** True when the owner of this public key has signed the statement. */
export function isSigned(
  statement: Statement,
  { key, signature }: { key: string; signature: string },
): boolean {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
    if (publicKey.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, bytesOf(statement), publicKey, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** A short name for a public key, for people to compare. */
export function fingerprintOf(key: string): string {
  return `SHA256:${sha256(Buffer.from(key, 'base64')).slice(0, 32)}`;
}

/** No other use of the key can make these bytes. */
function bytesOf({ executionId, manifest, head }: Statement): Buffer {
  return Buffer.from(`cc-executor evidence 1\n${JSON.stringify([executionId, manifest, head])}\n`);
}
