import type { SettingsSource } from './settings-sources.ts';

export interface Connection {
  /** Null: the server of this machine. */
  url: string | null;
  apiKey: string | undefined;
  /** Why a configured key is not sent; null: it is sent, or there is none. */
  withheld: string | null;
}

/**
 * Returns the server to call and the key for it. Both come from one source: a key is never sent to an address from
 * another source. The option `url` counts as the environment. The server of this machine gets the
 * first key that is found, as it reads the same settings itself; a host that others could have named only gets its own.
 */
export function connectionOf(url: string | undefined, sources: readonly SettingsSource[]): Connection {
  const address = url === undefined ? namedBy('CC_EXECUTOR_URL', sources) : sources[0];
  const named = url ?? address?.values['CC_EXECUTOR_URL'] ?? null;
  const owner = address ?? ownerOfHost(sources);
  const keeper = namedBy('CC_EXECUTOR_API_KEY', owner === undefined ? sources : [owner]);
  const other = namedBy('CC_EXECUTOR_API_KEY', sources);
  const withheld =
    keeper === undefined && other !== undefined && owner !== undefined
      ? `The key of ${other.name} is not sent: the address comes from ${owner.name}.`
      : null;
  return { url: named, apiKey: firstKey(keeper), withheld };
}

/** The source that named a host other than this machine; undefined: the server is on this machine. */
function ownerOfHost(sources: readonly SettingsSource[]): SettingsSource | undefined {
  const source = namedBy('CC_EXECUTOR_HOST', sources);
  const host = source?.values['CC_EXECUTOR_HOST'] ?? '';
  return /^(localhost|127(\.\d{1,3}){3}|::1?|0\.0\.0\.0|)$/.test(host) ? undefined : source;
}

function namedBy(name: string, sources: readonly SettingsSource[]): SettingsSource | undefined {
  return sources.find(({ values }) => (values[name]?.trim() ?? '') !== '');
}

function firstKey(source: SettingsSource | undefined): string | undefined {
  const [key] = (source?.values['CC_EXECUTOR_API_KEY'] ?? '').split(',').map((one) => one.trim());
  return key === '' ? undefined : key;
}
