import { connect as connectTcp, type NetConnectOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** The address of a Redis, and its credentials. */
export interface RedisAddress {
  target: NetConnectOpts;
  tls: boolean;
  /** `[user, password]` or `[password]`; empty: none. */
  credentials: readonly string[];
}

/** The timeout of a single answer, in milliseconds. */
const ANSWER_MS = 2000;

/** Reads `redis://…`, `rediss://…` or `unix:///path/to/socket`. */
export function parseRedisUrl(url: string): RedisAddress {
  const { protocol, hostname, port, username, password, pathname } = new URL(url);
  const given = password === '' ? [] : [username, password].filter((text) => text !== '');
  const credentials = given.map((text) => decodeURIComponent(text));
  if (protocol === 'unix:')
    return { target: { path: decodeURIComponent(pathname) }, tls: false, credentials };
  const host = hostname.replace(/^\[|\]$/g, '');
  return { target: { host, port: Number(port || 6379) }, tls: protocol === 'rediss:', credentials };
}

/** Returns the URL of a Redis on a unix socket. */
export function socketUrl(path: string): string {
  return `unix://${path.split('/').map(encodeURIComponent).join('/')}`;
}

/**
 * Sends one command and returns the first line of the answer, like `+PONG`. Rejects if nothing answers. Decision 25 says why
 * this is not ioredis.
 */
export function ask(address: RedisAddress, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = open(address);
    let received = '';
    const lines = address.credentials.length > 0 ? 2 : 1;
    socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error('it does not answer')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('it closed the connection')));
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const answers = received.split('\r\n');
      const refused = answers.find((line) => line.startsWith('-'));
      if (refused === undefined && answers.length <= lines) return;
      resolve(refused ?? answers[lines - 1] ?? '');
      socket.destroy();
    });
    if (address.credentials.length > 0) socket.write(encode(['AUTH', ...address.credentials]));
    socket.write(encode([command]));
  });
}

function open({ target, tls }: RedisAddress): Socket {
  if (!tls) return connectTcp(target);
  return connectTls({ ...target, ...('host' in target && { servername: target.host }) });
}

/** Encodes a command in Redis's protocol, in which an argument may have any character. */
function encode(words: readonly string[]): string {
  const parts = words.map((word) => `$${String(Buffer.byteLength(word))}\r\n${word}\r\n`);
  return `*${String(words.length)}\r\n${parts.join('')}`;
}
