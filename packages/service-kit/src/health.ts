import type { Health } from '@cc-executor/contracts';
import { messageOf } from './lifecycle/closers.ts';
import { within } from './within.ts';

/** One dependency of a service. */
export interface HealthCheck {
  /** True: without it the service cannot work and is unhealthy; else it is degraded. */
  critical: boolean;
  /** Returns a sentence if all is well, also as one that is not known to be; throws otherwise. */
  run: (signal: AbortSignal) => Promise<string | { unknown: string }>;
}

export interface HealthOptions {
  service: string;
  version: string;
  checks: Readonly<Record<string, HealthCheck>>;
}

/** The timeout of a check. Milliseconds. */
const CHECK_MS = 1000;

/** Runs all checks concurrently, each for at most a second. Never rejects. */
export async function readHealth({ service, version, checks }: HealthOptions): Promise<Health> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => ({ name, check, result: await runCheck(check) })),
  );
  const failed = results.filter(({ result }) => result.status === 'failed');
  return {
    status: failed.some(({ check }) => check.critical)
      ? 'unhealthy'
      : failed.length > 0
        ? 'degraded'
        : 'healthy',
    service,
    version,
    timestamp: new Date().toISOString(),
    checks: Object.fromEntries(results.map(({ name, result }) => [name, result])),
  };
}

async function runCheck(check: HealthCheck): Promise<Health['checks'][string]> {
  const timeout = new AbortController();
  try {
    const found = await within(check.run(timeout.signal), CHECK_MS, null);
    if (found === null) {
      timeout.abort();
      throw new Error(`no answer within ${String(CHECK_MS / 1000)} s`);
    }
    return typeof found === 'string'
      ? { status: 'ok', message: found }
      : { status: 'unknown', message: found.unknown };
  } catch (error) {
    return { status: 'failed', message: messageOf(error) };
  }
}
