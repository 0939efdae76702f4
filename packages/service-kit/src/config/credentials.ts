import type { Env } from './settings.ts';

/** All variables of a cloud: which of them are secret differs, and each leads to an account. */
const CLOUDS = /^(AWS|AZURE|ARM|GOOGLE|GCP|GCLOUD|CLOUDSDK)_/i;
const BY_WORD =
  /(^|_)(API_?KEYS?|ACCESS_?KEYS?|KEY|TOKEN|PAT|SECRETS?|CREDENTIALS?)(_|$)|TOKEN$|SECRET|PASSWORD|PASSWD|PASSPHRASE|_PWD$/i;
const OURS = /^(ANTHROPIC_CUSTOM_HEADERS|CC_EXECUTOR_API_KEYS?)$/;
/** An address with a password, such as `postgres://me:hush@db`. */
const WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:[^\s/@]+@/i;
/** Node reads these from its real environment, and without them nothing reaches the network. */
const PROXY = /^(HTTPS?|ALL|FTP)_PROXY$/i;
/** The path of a file or the number of a descriptor is not a secret. */
const ONLY_A_PLACE = /_(FILE|PATH|DIR|SOCK|DESCRIPTOR)$/;

/**
 * Returns whether a variable holds a credential, by its name or as an address with a password. The variables of the
 * clouds all count. An empty one never does. Proxy addresses do not, whatever they contain.
 */
export function isCredential(name: string, value: string | undefined): boolean {
  if (value === undefined || value === '' || PROXY.test(name)) return false;
  if (CLOUDS.test(name) || OURS.test(name) || WITH_PASSWORD.test(value)) return true;
  return BY_WORD.test(name) && !ONLY_A_PLACE.test(name);
}

/** Splits an environment into its credentials and the rest. Variables without a value are left out. */
export function splitCredentials(env: Env): {
  rest: Record<string, string>;
  credentials: Record<string, string>;
} {
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const of = (wanted: boolean) =>
    Object.fromEntries(set.filter(([name, value]) => isCredential(name, value) === wanted));
  return { rest: of(false), credentials: of(true) };
}
