import { Signature } from '@cc-executor/contracts';
import { join } from 'node:path';
import { toDocument, type ManifestDocument } from '../document.ts';
import { LAYOUT } from '../layout.ts';
import { fingerprintOf, isSigned } from '../signing/signer.ts';
import { isBase64 } from '../is-base64.ts';
import { readDocument } from './read-document.ts';

/** Returns whether the owner of a trusted key has signed the manifest; `trusted`: public keys, in base64. */
export async function verifySignature(
  directory: string,
  manifest: Pick<ManifestDocument, 'sha256' | 'value'>,
  trusted: readonly string[],
): Promise<{ signedBy: string | null; faults: string[] }> {
  const read = await readDocument(join(directory, LAYOUT.signature), Signature);
  if (!read) return { signedBy: null, faults: ['its signature is missing'] };
  if (!read.value)
    return { signedBy: null, faults: [`its signature is of no known form (${read.fault ?? ''})`] };
  const { key, signature } = read.value;
  // Only the canonical form counts: base64 and JSON allow other encodings of the same value.
  const isExact = toDocument(read.value).sha256 === read.sha256 && isBase64(key) && isBase64(signature);
  if (!isExact || read.value.manifest !== manifest.sha256 || !isSigned(manifest, read.value))
    return { signedBy: null, faults: ['its signature is not of this manifest'] };
  const signedBy = fingerprintOf(key);
  if (trusted.includes(key)) return { signedBy, faults: [] };
  const known = trusted.map(fingerprintOf).join(', ');
  const fault =
    trusted.length === 0
      ? `it is signed by ${signedBy}, and no key is known here to compare that with: give the public key of its installation`
      : `it is signed by ${signedBy}, which is not the key that is trusted here (${known})`;
  return { signedBy, faults: [fault] };
}
