import { KEYS, KeySigner } from '@cc-executor/evidence';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicKey } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { openSigningKey } from '../src/index.ts';

it('services that start at once make one key, which only its owner can read', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'cc-keys-')), 'keys');
  onTestFinished(() => rm(join(folder, '..'), { recursive: true, maxRetries: 10 }));
  const keys = await Promise.all(Array.from({ length: 10 }, () => openSigningKey(folder)));
  const shown = new Set(keys.map((key) => new KeySigner(key).publicKey));
  expect(shown.size).toBe(1);
  expect((await readdir(folder)).toSorted()).toEqual(['.gitignore', KEYS.private, KEYS.public].toSorted());
  expect((await stat(join(folder, KEYS.private))).mode & 0o777).toBe(0o600);
  const published = createPublicKey(await readFile(join(folder, KEYS.public), 'utf8'));
  expect([published.export({ format: 'der', type: 'spki' }).toString('base64')]).toEqual([...shown]);
});
