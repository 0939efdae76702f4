import { CcError } from '@cc-executor/contracts';
import type { Redis } from 'ioredis';

/** Receives log lines; pino's loggers fit. */
export interface FaultLogger {
  info: (details: object, message: string) => void;
  warn: (details: object, message: string) => void;
}

/** The same line is logged again after this time, with the number of suppressed repeats. Milliseconds. */
const AGAIN_MS = 60_000;

/** Errors of a socket or of ioredis for a missing connection. */
const CODES =
  /^(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
const MESSAGES = /^(Connection is closed|Stream isn't writeable|Command timed out|connect ETIMEDOUT)/;

/**
 * Logs errors of Redis under the name of the part that met them. An outage is one line when it starts,
 * one a minute, and one when it ends, however many connections and parts meet it.
 */
export class RedisFaults {
  readonly #logger: FaultLogger;
  readonly #away = new Set<Redis>();
  readonly #lines = new Map<string, { at: number; leftOut: number }>();
  /** The start of the outage that was logged; null: none. */
  #since: number | null = null;

  constructor(logger: FaultLogger) {
    this.#logger = logger;
  }

  /** Watches a connection. Call it before the connection connects. */
  watch(redis: Redis): void {
    redis.on('close', () => this.#away.add(redis));
    redis.on('ready', () => this.#back(redis));
    redis.on('end', () => this.#away.delete(redis));
  }

  /** Handles a connection's `error` event. */
  readonly ofConnection = (error: unknown): void => {
    this.#since ??= performance.now();
    this.#log('outage', error, 'Redis does not answer; trying again until it does');
  };

  /** Returns a handler for the errors of one part. */
  of(part: string): (error: unknown) => void {
    return (error) => {
      if (!isOutage(error)) this.#log(`${part} ${String(error)}`, error, `${part} failed`);
      // The outage has its own log line.
      else if (this.#away.size === 0) this.#log(part, error, `${part}: Redis can't serve`);
    };
  }

  #back(redis: Redis): void {
    this.#away.delete(redis);
    if (this.#away.size > 0 || this.#since === null) return;
    const seconds = Math.round((performance.now() - this.#since) / 100) / 10;
    this.#since = null;
    this.#lines.delete('outage');
    this.#logger.info({ seconds }, 'Redis answers again');
  }

  #log(key: string, error: unknown, message: string): void {
    const now = performance.now();
    const line = this.#lines.get(key);
    if (line && now - line.at < AGAIN_MS) {
      line.leftOut += 1;
      return;
    }
    for (const [old, { at }] of this.#lines) if (now - at >= AGAIN_MS) this.#lines.delete(old);
    this.#lines.set(key, { at: now, leftOut: 0 });
    this.#logger.warn({ err: error, ...(line && { left_out: line.leftOut }) }, message);
  }
}

function isOutage(error: unknown): boolean {
  if (error instanceof CcError) return error.code === 'STORE_UNAVAILABLE';
  const { code, message } = error as { code?: unknown; message?: unknown };
  return CODES.test(String(code)) || MESSAGES.test(String(message));
}
