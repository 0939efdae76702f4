import { StartFailure } from '@cc-executor/service-kit';
import { ask, parseRedisUrl } from './ping.ts';

/** Throws a sentence with what to do if the Redis of REDIS_URL does not answer. */
export async function checkGivenRedis(url: string): Promise<void> {
  const address = parseRedisUrl(url);
  const where = 'path' in address.target ? address.target.path : new URL(url).host;
  const answer = await ask(address, 'PING').catch((error: unknown) => whyNot(error));
  if (answer.startsWith('+PONG')) return;
  throw new StartFailure(
    `The Redis of REDIS_URL (${where}) can't be used: ${answer.replace(/^-/, '')}. Start it or correct REDIS_URL; without REDIS_URL an own Redis is started.`,
  );
}

function whyNot(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ECONNREFUSED' || code === 'ENOENT') return `nothing answers there (${code})`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `there is no such host (${code})`;
  return message || (code ?? 'it does not answer');
}
