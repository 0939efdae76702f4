import { KEYS, writeOnce } from '@cc-executor/evidence';
import { makeOwnFolder } from '@cc-executor/service-kit';
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomUUID,
  type KeyObject,
} from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Returns the installation's key, Ed25519, which signs its evidence. The first service creates it atomically;
 * the others find it.
 */
export async function openSigningKey(folder: string): Promise<KeyObject> {
  await makeOwnFolder(folder, { mode: 0o700, sign: KEYS.private });
  const key = createPrivateKey(await writeOnce(join(folder, KEYS.private), newKey));
  const shown = createPublicKey(key).export({ format: 'pem', type: 'spki' });
  const draft = join(folder, randomUUID());
  await writeFile(draft, shown, { mode: 0o644, flag: 'wx' });
  await rename(draft, join(folder, KEYS.public));
  return key;
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}
