import { LINEAGE_VARIABLE, parseLineage } from '@cc-executor/contracts/lineage';
import type { TransportOptions } from './transport.ts';

/**
 * Returns the options with what they leave out, from CC_EXECUTOR_URL, CC_EXECUTOR_API_KEY and CC_EXECUTOR_LINEAGE. A
 * browser has none of these. A key of the environment belongs to the address of the environment, and is sent to no
 * other. An option that is there and undefined is not left out: it says that there is none.
 */
export function withEnvironment(
  options: TransportOptions,
): TransportOptions & { lineage: readonly string[] } {
  const env = environment();
  const named = env['CC_EXECUTOR_URL']?.trim() || undefined;
  const isNamed = options.url === undefined || String(options.url) === named;
  const apiKey = isNamed ? env['CC_EXECUTOR_API_KEY']?.split(',')[0]?.trim() : undefined;
  return {
    ...(named === undefined ? {} : { url: named }),
    ...(apiKey ? { apiKey } : {}),
    ...options,
    lineage: ('lineage' in options ? options.lineage : parseLineage(env[LINEAGE_VARIABLE])) ?? [],
  };
}

function environment(): Readonly<Record<string, string | undefined>> {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env ?? {};
}
