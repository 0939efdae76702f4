import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { CcError, echo } from '@cc-executor/contracts';
import { httpHost, httpOrigin, isLoopback } from '../config/hosts.ts';
import type { Settings } from '../config/settings.ts';
import { FailedKeys } from './failed-keys.ts';

export type GuardSettings = Pick<
  Settings,
  'CC_EXECUTOR_HOST' | 'CC_EXECUTOR_API_KEY' | 'CC_EXECUTOR_ALLOWED_HOSTS' | 'CC_EXECUTOR_ALLOWED_ORIGINS'
>;

/** A browser's socket can send no header, but may name subprotocols: its key is one of them. */
const SUBPROTOCOL = 'bearer.';

/** Who is answered: checks of the Host, the Origin and the key of a request. */
export interface Guard {
  /** Throws HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED or, without a usable Host, BAD_HTTP. */
  checkSource(headers: IncomingHttpHeaders): void;
  /** Rejects with UNAUTHENTICATED unless the headers bring a valid key, or none is asked for; slowly after many wrong ones. */
  checkKey(headers: IncomingHttpHeaders): Promise<void>;
  /** Counts a wrong key; resolves when it may be answered. */
  slowDown(): Promise<void>;
  /** True when the headers (Authorization, or a subprotocol `bearer.<key>`) bring a valid key, or none is asked for. */
  hasKey(headers: IncomingHttpHeaders): boolean;
  /** True when `key` is one of the keys, or none is asked for; takes the same time whatever the key. */
  isKey(key: string): boolean;
}

export function createGuard(settings: GuardSettings): Guard {
  const hosts = new Set([settings.CC_EXECUTOR_HOST, ...settings.CC_EXECUTOR_ALLOWED_HOSTS]);
  const origins = new Set(settings.CC_EXECUTOR_ALLOWED_ORIGINS);
  const digests = settings.CC_EXECUTOR_API_KEY.map(digest);

  const isKey = (key: string) => {
    const given = digest(key);
    // No early end: every key is compared, so that the time says nothing.
    const matches = digests.map((known) => timingSafeEqual(known, given));
    return digests.length === 0 || matches.includes(true);
  };
  const hasKey = (headers: IncomingHttpHeaders) => digests.length === 0 || keysIn(headers).some(isKey);

  const failures = new FailedKeys();

  return {
    isKey,
    slowDown: async () => await failures.slowDown(),
    hasKey,
    checkSource({ host, origin, ...headers }) {
      if (host === undefined || host === '') throw new CcError('BAD_HTTP', 'The request has no Host header.');
      const name = httpHost(host);
      if (name === null || !(isLoopback(name) || hosts.has(name))) throw hostNotAllowed(host);
      if (origin === undefined) return refuseEmbedding(headers);
      if (isOwn(origin, host) || isLoopbackOrigin(origin)) return;
      if (!origins.has(httpOrigin(origin) ?? '')) throw originNotAllowed(origin);
    },
    async checkKey(headers) {
      if (hasKey(headers)) return;
      const isGuess = keysIn(headers).length > 0;
      if (isGuess) await failures.slowDown();
      const wrong = isGuess ? 'The API key is not valid.' : 'An API key is needed.';
      throw new CcError('UNAUTHENTICATED', `${wrong} Send it as "Authorization: Bearer <key>".`);
    },
  };
}

function keysIn(headers: IncomingHttpHeaders): string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const named = protocols.filter((name) => name.startsWith(SUBPROTOCOL));
  // One of each: a request is no list of guesses.
  const [first] = named.map((name) => name.slice(SUBPROTOCOL.length));
  return [bearer, first].filter((key) => key !== undefined);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * Browsers send no Origin with the images, scripts, frames and the like of a page, but say where it is from (Fetch
 * Metadata). A link that is followed is answered: the page that has it sees nothing of the answer.
 */
function refuseEmbedding(headers: IncomingHttpHeaders): void {
  const isLink = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (headers['sec-fetch-site'] !== 'cross-site' || isLink) return;
  throw new CcError('ORIGIN_NOT_ALLOWED', 'Pages of other sites may not load this.');
}

/** A page that this service itself has served; its Host has been checked. */
function isOwn(origin: string, host: string): boolean {
  return origin.toLowerCase() === `http://${host.toLowerCase()}`;
}

function isLoopbackOrigin(origin: string): boolean {
  const normal = httpOrigin(origin);
  return normal !== null && isLoopback(httpHost(new URL(normal).hostname) ?? '');
}

function hostNotAllowed(host: string): CcError {
  const detail = `The Host "${echo(host)}" is not answered: add it to CC_EXECUTOR_ALLOWED_HOSTS.`;
  return new CcError('HOST_NOT_ALLOWED', detail);
}

function originNotAllowed(origin: string): CcError {
  const detail = `Pages of ${echo(origin)} may not call this: add it to CC_EXECUTOR_ALLOWED_ORIGINS.`;
  return new CcError('ORIGIN_NOT_ALLOWED', detail);
}
