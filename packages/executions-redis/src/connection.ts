import { Redis, type RedisOptions } from 'ioredis';

/** How a connection behaves while Redis is away. */
export type Patience =
  /** Commands fail at once: for a service whose caller waits. */
  | 'impatient'
  /** Commands wait, and are sent again, until Redis is back: for a worker whose agents go on. */
  | 'patient';

/**
 * A call of an impatient connection fails after so long without an answer, in milliseconds. One that is away is told at
 * once; this is for one that hangs, and longer than a slow disk or a busy machine keeps an answer back.
 */
const ANSWER_MS = 5000;

/**
 * A patient connection with commands that are not answered is made again after so long, in milliseconds: it may be cut off
 * without a word. Longer than any command that blocks.
 */
const DEAD_MS = 20_000;

/**
 * Connects to `redis://…`, `rediss://…` or `unix:///path/to/socket`; a fault of the connection is given to `onError`
 * and mended by connecting again.
 */
export function connect(url: string, patience: Patience, onError: (error: Error) => void): Redis {
  const options: Omit<RedisOptions, 'replyMapping'> = { ...addressOf(url), ...BEHAVIOUR[patience] };
  const redis = new Redis(options);
  redis.on('error', onError);
  return redis;
}

const retryStrategy = (tries: number) => Math.min(50 * tries, 1000);
const BEHAVIOUR: Record<Patience, Omit<RedisOptions, 'replyMapping'>> = {
  impatient: {
    retryStrategy,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_MS,
    connectTimeout: ANSWER_MS,
    lazyConnect: true,
  },
  patient: { retryStrategy, maxRetriesPerRequest: null, socketTimeout: DEAD_MS, lazyConnect: true },
};

function addressOf(url: string): Omit<RedisOptions, 'replyMapping'> {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const secret = {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  };
  if (protocol === 'unix:') return { path: decodeURIComponent(pathname), ...secret };
  const db = pathname.length > 1 ? Number(pathname.slice(1)) : 0;
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 6379),
    db,
    ...secret,
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}
