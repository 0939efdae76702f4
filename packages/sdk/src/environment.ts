import { LINEAGE_VARIABLE, parseLineage } from '@cc-executor/contracts/lineage';

/** Which server, and as whom. */
export interface Target {
  /** Default: CC_EXECUTOR_URL, else `http://127.0.0.1:8001`. */
  url?: string | URL;
  /**
   * Sent as `Authorization: Bearer`. Default: the first of CC_EXECUTOR_API_KEY, where the address is that of
   * CC_EXECUTOR_URL or the default one; at the default one, in Node, also that of the own installation if it needs one.
   */
  apiKey?: string | undefined;
  /** For a client inside a task: the executions that it is a part of, outermost first. Default: CC_EXECUTOR_LINEAGE. */
  lineage?: readonly string[] | undefined;
}

/**
 * Returns the options with what they leave out, from CC_EXECUTOR_URL, CC_EXECUTOR_API_KEY and CC_EXECUTOR_LINEAGE. A
 * browser has none of these. A key of the environment belongs to the address of the environment, and is sent to no
 * other. An `apiKey` that is there and undefined is not left out: it says that there is none.
 */
export function withEnvironment<Options extends Target>(
  options: Options,
): Options & { lineage: readonly string[] } {
  const env = environment();
  const named = env['CC_EXECUTOR_URL']?.trim() || undefined;
  const isNamed = options.url === undefined || String(options.url) === named;
  const apiKey = isNamed ? env['CC_EXECUTOR_API_KEY']?.split(',')[0]?.trim() : undefined;
  return {
    ...(apiKey ? { apiKey } : {}),
    ...options,
    ...(options.url === undefined && named !== undefined ? { url: named } : {}),
    lineage: ('lineage' in options ? options.lineage : parseLineage(env[LINEAGE_VARIABLE])) ?? [],
  };
}

function environment(): Readonly<Record<string, string | undefined>> {
  const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return process?.env ?? {};
}
