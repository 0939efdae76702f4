import { backoff } from '@cc-executor/contracts/backoff';
import { abortable } from './abortable.ts';
import { CcLocalError, CcServerError } from './errors.ts';

/** The time without contact after which a server is given up, in seconds. */
export const GIVE_UP_AFTER = 600;
const WAITS = { first: 100, longest: 5000, jitter: true };

/** Backs off longer after each failure, up to five seconds, with jitter. */
export class Backoff {
  #failures = 0;
  #since = performance.now();

  /** Call it after a success. */
  reset(): void {
    this.#failures = 0;
    this.heard();
  }

  /** Call it when the server is reachable but has not delivered anything yet. */
  heard(): void {
    this.#since = performance.now();
  }

  /** Returns the seconds since the last contact, or since the first try, on a monotonic clock. */
  get failingFor(): number {
    return (performance.now() - this.#since) / 1000;
  }

  /** Resolves after the pause; rejects with the abort's reason. */
  async pause(signal: AbortSignal | undefined): Promise<void> {
    this.#failures += 1;
    const wait = backoff(this.#failures, WAITS);
    await abortable((resolve) => {
      const timer = setTimeout(resolve, wait);
      return () => clearTimeout(timer);
    }, signal);
  }
}

/** Returns whether a call may succeed later: a server restarts, but a rejection of the call is final. */
export function mayPass(error: unknown): boolean {
  if (error instanceof CcServerError) return error.status === 503 || error.status === 500;
  return error instanceof CcLocalError && error.code === 'UNREACHABLE';
}

/**
 * Retries a repeatable call until it is answered. Throws the last failure when `giveUpAfter` seconds have passed
 * since the first one. The call itself limits how long one try takes.
 */
export async function patiently<T>(
  call: () => Promise<T>,
  {
    signal,
    giveUpAfter = GIVE_UP_AFTER,
  }: { signal?: AbortSignal | undefined; giveUpAfter?: number | undefined },
): Promise<T> {
  let tries: Backoff | undefined;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      tries ??= new Backoff();
      if (!mayPass(error) || signal?.aborted === true || tries.failingFor > giveUpAfter) throw error;
    }
    await tries.pause(signal);
  }
}
