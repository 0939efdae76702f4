import { createPublicKey } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How the public half of a key is named in the folder of keys. */
const PUBLIC = '.pub.pem';

/** The public keys in a folder, in base64: the installation's own, and older ones where there are some. */
export async function readPublicKeys(folder: string): Promise<string[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(PUBLIC));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  return texts.map(toPublicKey).filter((key) => key !== null);
}

/** A public key as PEM, or as it stands in signatures, in base64; null: it is neither, or of another kind. */
export function toPublicKey(text: string): string | null {
  try {
    const key = text.includes('BEGIN')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text.trim(), 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ed25519') return null;
    return key.export({ format: 'der', type: 'spki' }).toString('base64');
  } catch {
    return null;
  }
}
