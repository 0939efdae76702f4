/** The longest that a file with a login may be, in bytes. Claude Code itself reads no longer one. */
export const MAX_BYTES = 1024 * 1024;
/** A token is good for hours. What claims to be good for longer than this is not taken back. Milliseconds. */
const LONGEST_MS = 31 * 24 * 3600 * 1000;
const MAX_FIELDS = 64;

/** The fields that a refresh changes. Only these are ever accepted from the side of the tasks. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
  refreshTokenExpiresAt?: number;
}

export interface Login {
  /** The whole file, for what has to stay in it. */
  document: Record<string, unknown>;
  /** Its login, without unknown fields. */
  fields: Record<string, unknown>;
  tokens: Tokens;
}

/**
 * Returns the login in the text of a `.credentials.json`; null: there is none, or it does not have the known shape. One
 * that Claude Code has ended, whose tokens are empty, is none.
 */
export function parseLogin(text: string): Login | null {
  const document = parsed(text);
  const given = recordOf(document?.['claudeAiOauth']);
  if (document === null || given === null) return null;
  const { accessToken, refreshToken, expiresAt, refreshTokenExpiresAt } = given;
  if (!isToken(accessToken) || !isToken(refreshToken) || !isTime(expiresAt)) return null;
  const known = Object.entries(given).filter(([name, value]) => isName(name) && isPlain(value));
  return {
    document,
    fields: Object.fromEntries(known.slice(0, MAX_FIELDS)),
    tokens: {
      accessToken,
      refreshToken,
      expiresAt,
      ...(isTime(refreshTokenExpiresAt) ? { refreshTokenExpiresAt } : {}),
    },
  };
}

/** Returns the file for the side of the tasks: the login, and nothing else that the host's file has. */
export function loginAlone({ document, fields }: Login): string {
  const organizationUuid = document['organizationUuid'];
  return JSON.stringify({
    claudeAiOauth: fields,
    ...(isToken(organizationUuid) ? { organizationUuid } : {}),
  });
}

/** Returns the host's file with the tokens of a refresh, and everything else in it as it was. */
export function withTokens({ document }: Login, tokens: Tokens): string {
  return JSON.stringify({
    ...document,
    claudeAiOauth: { ...recordOf(document['claudeAiOauth']), ...tokens },
  });
}

/** Returns whether these are what a refresh at most `LONGEST_MS` before its end can have brought. */
export function isBelievable({ expiresAt }: Tokens, now: number): boolean {
  return expiresAt > now && expiresAt < now + LONGEST_MS;
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    return recordOf(JSON.parse(text));
  } catch {
    return null;
  }
}

function recordOf(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

/** Visible ASCII, as in a header. */
function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,8192}$/.test(value);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function isName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name);
}

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.length <= 64 && value.every((item) => isToken(item));
  return value === null || ['boolean', 'number'].includes(typeof value) || isToken(value);
}
