import type { Redis } from 'ioredis';
import { answered } from './answered.ts';

/** Above this share of its limit, Redis' memory counts as short. */
const SHORT = 0.9;
const MIB = 1024 * 1024;

/** Returns how much memory Redis uses, for people. Throws an error for people if it is short, or if data may be evicted. */
export async function checkMemory(redis: Redis): Promise<string> {
  const info = (await answered(redis.info('memory'))) ?? '';
  const fields = new Map(info.split('\n').map((line) => splitField(line.trim())));
  const field = (name: string) => fields.get(name) ?? '';
  const policy = field('maxmemory_policy');
  const limit = Number(field('maxmemory'));
  const used = Number(field(limit > 0 ? 'used_memory' : 'used_memory_rss'));
  const most = limit > 0 ? limit : Number(field('total_system_memory'));
  if (policy !== '' && policy !== 'noeviction')
    throw new Error(
      `Redis may throw data away (maxmemory-policy ${policy}). Run: redis-cli config set maxmemory-policy noeviction`,
    );
  const mib = (bytes: number) => `${String(Math.round(bytes / MIB))} MiB`;
  const of = limit > 0 ? 'its maxmemory' : "the machine's memory";
  const told = most > 0 ? `Redis uses ${mib(used)} of ${mib(most)}, ${of}` : `Redis uses ${mib(used)}`;
  if (most > 0 && used >= SHORT * most)
    throw new Error(
      `The memory of Redis is short: ${told}. When it is full, nothing is accepted and what runs waits. ` +
        'Give it more, or keep less in it: CC_EXECUTOR_TOTAL_BUFFER, CC_EXECUTOR_ARCHIVE_AFTER',
    );
  return told;
}

function splitField(line: string): [name: string, value: string] {
  const at = line.indexOf(':');
  return [line.slice(0, at), line.slice(at + 1)];
}
