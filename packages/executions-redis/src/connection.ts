import { Redis, type RedisOptions } from 'ioredis';

/** How a connection behaves while Redis is unavailable. */
export type Patience =
  /** Commands fail fast: for a service whose caller waits. */
  | 'impatient'
  /** Commands wait and are sent again until Redis is back: for a worker whose agents keep running. */
  | 'patient';

/**
 * The timeout of a call on an impatient connection, in milliseconds. An unreachable Redis is reported at
 * once; this is for one that hangs, and longer than a slow disk or a busy machine delays an answer.
 */
const ANSWER_MS = 5000;

/**
 * A patient connection with unanswered commands reconnects after this time, in milliseconds: it may be cut off
 * silently. Longer than any blocking command.
 */
const DEAD_MS = 20_000;

/**
 * Connects to `redis://…`, `rediss://…` or `unix:///path/to/socket`. A connection error is passed to `onError`
 * and repaired by reconnecting.
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
