import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { isBase64 } from '../is-base64.ts';
import { namesIn, readPlain } from '../plain-files.ts';

/** How the public half of a key is named in the folder of keys. */
const PUBLIC = '.pub.pem';
/** No key is longer, in bytes. */
const MAX_BYTES = 64 * 1024;

/** The public keys in a folder, in base64: the installation's own, and older ones where there are some. */
export async function readPublicKeys(folder: string): Promise<string[]> {
  const names = ((await namesIn(folder).catch(() => null)) ?? []).filter((name) => name.endsWith(PUBLIC));
  const files = await Promise.all(
    names.map(async (name) => await readPlain(join(folder, name), MAX_BYTES).catch(() => null)),
  );
  return files.map((file) => file && toPublicKey(file.toString())).filter((key) => key !== null);
}

/**
 * Returns a public key, given as PEM or as it stands in signatures, in base64; null: it is neither, or of another kind.
 * Base64 counts in its exact form alone, so that no name of a file can be read as a key by leaving characters out.
 */
export function toPublicKey(text: string): string | null {
  try {
    const given = text.trim();
    const isPem = given.startsWith('-----BEGIN PUBLIC KEY-----');
    if (!isPem && !isBase64(given)) return null;
    const key = isPem
      ? createPublicKey(given)
      : createPublicKey({ key: Buffer.from(given, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ed25519') return null;
    return key.export({ format: 'der', type: 'spki' }).toString('base64');
  } catch {
    return null;
  }
}
