import { KEYS } from '@cc-executor/evidence';
import { makeOwnFolder } from '@cc-executor/service-kit';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeOnce } from './write-once.ts';

/**
 * The installation's own key, Ed25519, by which its evidence is signed. The first service to come makes it, whole at
 * once; the others find it.
 */
export async function openSigningKey(folder: string): Promise<KeyObject> {
  await makeOwnFolder(folder, { mode: 0o700, sign: KEYS.private });
  const file = join(folder, KEYS.private);
  const there = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  const pem = there ?? (await makeKey(file));
  const key = createPrivateKey(pem);
  const shown = createPublicKey(key).export({ format: 'pem', type: 'spki' });
  await writeFile(join(folder, KEYS.public), shown, { mode: 0o644 });
  return key;
}

async function makeKey(file: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  return await writeOnce(file, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
}
