import type { Signed, Statement } from '@cc-executor/contracts';
import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { sha256 } from '../sha256.ts';

/** Who vouches: in the worker's own process, or in another one that alone has the key. */
export interface Signer {
  /** The public key and the signature, both in base64. Rejects when it can't be signed, or may not be. */
  sign(statement: Statement): Promise<Signed>;
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

  sign(statement: Statement): Promise<Signed> {
    const signature = sign(null, bytesOf(statement), this.#privateKey).toString('base64');
    return Promise.resolve({ key: this.publicKey, signature });
  }
}

/** True when the owner of this public key has signed the statement. */
export function isSigned(statement: Statement, { key, signature }: Signed): boolean {
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
function bytesOf({ execution_id, manifest, head }: Statement): Buffer {
  return Buffer.from(`cc-executor evidence 1\n${JSON.stringify([execution_id, manifest, head])}\n`);
}
