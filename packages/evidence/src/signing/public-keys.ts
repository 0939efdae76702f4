import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { isBase64 } from '../is-base64.ts';
import { namesIn, readPlain } from '../plain-files.ts';

/** The file name of a public key in the folder of keys. */
const PUBLIC = '.pub.pem';
/** The largest key, in bytes. */
const MAX_BYTES = 64 * 1024;

/** Returns the public keys in a folder, in base64: the installation's own, and older ones if there are any. */
export async function readPublicKeys(folder: string): Promise<string[]> {
  const names = ((await namesIn(folder).catch(() => null)) ?? []).filter((name) => name.endsWith(PUBLIC));
  const files = await Promise.all(
    names.map(async (name) => await readPlain(join(folder, name), MAX_BYTES).catch(() => null)),
  );
  return files.map((file) => file && toPublicKey(file.toString())).filter((key) => key !== null);
}

/**
 * Returns a public key, given as PEM or as in signatures, in base64; null: it is neither, or of another kind.
 * Only canonical base64 counts, so that no file name can be read as a key by skipping characters.
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
