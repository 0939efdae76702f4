import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { KEYS } from './keys.ts';

/**
 * Checks that this Redis belongs to this data directory: the first directory that asks is stored. Throws an error
 * for people if it belongs to another one.
 */
export async function checkInstallation(
  redis: Redis,
  dataDirectory: { id: string; path: string },
): Promise<void> {
  await answered(redis.hsetnx(KEYS.installation, 'data_directory', dataDirectory.id));
  const known = await answered(redis.hget(KEYS.installation, 'data_directory'));
  if (known === dataDirectory.id) return;
  throw new Error(
    `This Redis belongs to another data directory (${String(known)}) than ${dataDirectory.path} (${dataDirectory.id}). ` +
      'Set CC_EXECUTOR_DATA_DIR to the directory that it was used with, or REDIS_URL to another Redis.',
  );
}

/** Throws an error for people if Redis may evict data (an evicting maxmemory-policy). */
export async function checkDurability(redis: Redis): Promise<void> {
  const info = (await answered(redis.info('memory'))) ?? '';
  const policy = /maxmemory_policy:(\S+)/.exec(info)?.[1] ?? 'noeviction';
  if (policy === 'noeviction') return;
  throw new Error(
    `This Redis may throw data away (maxmemory-policy ${policy}). Run: redis-cli config set maxmemory-policy noeviction`,
  );
}
