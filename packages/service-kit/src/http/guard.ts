import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { CcError, echo } from '@cc-executor/contracts';
import { httpHost, httpOrigin, isLoopback } from '../config/hosts.ts';
import type { Settings } from '../config/settings.ts';
import { FailedKeys } from './failed-keys.ts';
import { peerUid } from './peers.ts';

export type GuardSettings = Pick<
  Settings,
  | 'CC_EXECUTOR_HOST'
  | 'CC_EXECUTOR_KEYLESS'
  | 'CC_EXECUTOR_ASK_FOR_KEY'
  | 'CC_EXECUTOR_API_KEY'
  | 'CC_EXECUTOR_ALLOWED_HOSTS'
  | 'CC_EXECUTOR_ALLOWED_ORIGINS'
>;

/** Source: /proc/sys/kernel/overflowuid, user_namespaces(7). */
const OVERFLOW_UID = 65534;

/** Who needs a key: `others` are all but the service's own user and root. */
export type KeyNeed = 'everybody' | 'others' | 'nobody';

/** Returns who is asked for a key. `seesPeers`: whether the system shows the user of a connection; Linux does. */
export function whoNeedsKey(
  settings: Pick<GuardSettings, 'CC_EXECUTOR_KEYLESS' | 'CC_EXECUTOR_ASK_FOR_KEY' | 'CC_EXECUTOR_API_KEY'>,
  seesPeers = process.platform === 'linux',
): KeyNeed {
  if (settings.CC_EXECUTOR_API_KEY.length > 0) return 'everybody';
  if (settings.CC_EXECUTOR_KEYLESS) return 'nobody';
  return settings.CC_EXECUTOR_ASK_FOR_KEY || !seesPeers ? 'everybody' : 'others';
}

/** A browser's socket cannot send headers but may offer subprotocols: its key is one of them. */
const SUBPROTOCOL = 'bearer.';

/** Access control: checks the Host, the Origin, the peer and the key of a request. */
export interface Guard {
  /** Throws HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED or, without a usable Host, BAD_HTTP. */
  checkSource(headers: IncomingHttpHeaders): void;
  /** Looks up once whose process has the other end of a connection, if that decides. Resolves when it is known. */
  meet(socket: Socket): Promise<void>;
  /** Rejects with UNAUTHENTICATED unless the request is admitted; slowly after many wrong keys. */
  checkKey(request: IncomingMessage): Promise<void>;
  /** Counts a wrong key. Resolves when it may be answered. */
  slowDown(): Promise<void>;
  /**
   * Returns true if the headers (Authorization, or a subprotocol `bearer.<key>`) have a valid key, and if no key
   * is required: of anyone, or of the user whose process the peer is. `meet` must have resolved for its connection.
   */
  admits(request: IncomingMessage): boolean;
  /** Returns true when the request comes from a process of the service's own user, as the system shows it. */
  isOwner(request: Pick<IncomingMessage, 'socket'>): boolean;
  /** Returns true if `key` is one of the keys, or none is required; takes constant time. */
  isKey(key: string): boolean;
}

/**
 * Returns the guard of a service. With keys in the settings it requires one from everyone. Without, it answers everyone
 * if CC_EXECUTOR_KEYLESS says so; otherwise its own user and root, by the uid that the system shows for the peer, and
 * clients with `installationKey` (null: none).
 */
export function createGuard(settings: GuardSettings, installationKey: string | null = null): Guard {
  const hosts = new Set([settings.CC_EXECUTOR_HOST, ...settings.CC_EXECUTOR_ALLOWED_HOSTS]);
  const origins = new Set(settings.CC_EXECUTOR_ALLOWED_ORIGINS);
  const hasKeys = settings.CC_EXECUTOR_API_KEY.length > 0;
  const isOpen = !hasKeys && settings.CC_EXECUTOR_KEYLESS;
  const asksPeers = !hasKeys && !isOpen && !settings.CC_EXECUTOR_ASK_FOR_KEY;
  const keys = hasKeys ? settings.CC_EXECUTOR_API_KEY : installationKey === null ? [] : [installationKey];
  // A client that is configured with the setting itself sends all keys as one text.
  const digests = [...keys, ...(keys.length > 1 ? [keys.join(',')] : [])].map(digest);
  const uids = new WeakMap<Socket, number | null>();
  // The last one is the uid that a user namespace shows for every unmapped user.
  const trusted = new Set([0, process.getuid?.()].filter((uid) => uid !== OVERFLOW_UID));

  const isKey = (key: string) => {
    const given = digest(key);
    // Every key is compared, so that the time reveals nothing.
    const matches = digests.map((known) => timingSafeEqual(known, given));
    return isOpen || matches.includes(true);
  };
  const isOwnPeer = (socket: Socket) => asksPeers && trusted.has(uids.get(socket) ?? -1);
  const admits = ({ headers, socket }: IncomingMessage) =>
    isOpen || isOwnPeer(socket) || keysIn(headers).some(isKey);

  const failures = new FailedKeys();

  return {
    isKey,
    slowDown: async () => await failures.slowDown(),
    admits,
    isOwner: ({ socket }) => isOwnPeer(socket),
    async meet(socket) {
      // A peer that was not found is looked up again with its next request.
      if (asksPeers && (uids.get(socket) ?? null) === null) uids.set(socket, await peerUid(socket));
    },
    checkSource({ host, origin, ...headers }) {
      if (host === undefined || host === '') throw new CcError('BAD_HTTP', 'The request has no Host header.');
      const name = httpHost(host);
      if (name === null || !(isLoopback(name) || hosts.has(name))) throw hostNotAllowed(host);
      if (origin === undefined) return refuseEmbedding(headers);
      if (isOwn(origin, host) || isLoopbackOrigin(origin)) return;
      if (!origins.has(httpOrigin(origin) ?? '')) throw originNotAllowed(origin);
    },
    async checkKey(request) {
      if (admits(request)) return;
      const isGuess = keysIn(request.headers).length > 0;
      if (isGuess) await failures.slowDown();
      const wrong = isGuess ? 'The API key is not valid.' : 'An API key is needed.';
      throw new CcError(
        'UNAUTHENTICATED',
        `${wrong}${hasKeys ? '' : whyAsked(uids.get(request.socket))} Send it as "Authorization: Bearer <key>".`,
      );
    },
  };
}

/** Why a key is required although none is set. */
function whyAsked(uid: number | null | undefined): string {
  const owner = 'The key of this installation is in the file access-key of its data directory.';
  if (uid === undefined) return ` ${owner}`;
  if (uid === null) return ` Which user of this machine has sent this could not be seen. ${owner}`;
  return ` This came from another user of this machine (uid ${String(uid)}). ${owner}`;
}

function keysIn(headers: IncomingHttpHeaders): string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const named = protocols.filter((name) => name.startsWith(SUBPROTOCOL));
  // One of each: a request must not be a list of guesses.
  const [first] = named.map((name) => name.slice(SUBPROTOCOL.length));
  return [bearer, first].filter((key) => key !== undefined);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * Browsers send no Origin for images, scripts, frames and the like, but report where the page is from (Fetch
 * Metadata). A followed link is answered: the page that contains it cannot read the answer.
 */
function refuseEmbedding(headers: IncomingHttpHeaders): void {
  const isLink = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (headers['sec-fetch-site'] !== 'cross-site' || isLink) return;
  throw new CcError('ORIGIN_NOT_ALLOWED', 'Pages of other sites may not load this.');
}

/** Returns whether this service itself served the page; its Host was checked. */
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
