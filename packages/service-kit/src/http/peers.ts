import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

type End = 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort';
type Ends = { [name in End]?: Socket[name] | undefined };

/** The kernel's tables of TCP sockets in this network namespace; proc(5). */
const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6'] as const;

let reading: Promise<string> | null = null;
let next: Promise<string> | null = null;

/**
 * Returns the uid of the process at the other end of a connection from this machine; null if that cannot be
 * known: on systems without `/proc/net/tcp`, for a peer on another machine or in another network namespace, and for a
 * socket that its process has already closed.
 */
export async function peerUid(ends: Ends): Promise<number | null> {
  const wanted = rowsOf(ends);
  return wanted.length === 0 ? null : uidIn(await tables(), wanted);
}

/** Returns the tables as they are now or later: waiting connections share one read, and at most two are in progress. */
async function tables(): Promise<string> {
  // A read in progress may have missed the newest connection.
  if (reading) return await (next ??= reading.then(read));
  return await read();
}

async function read(): Promise<string> {
  next = null;
  reading = Promise.all(TABLES.map(async (path) => await readFile(path, 'latin1').catch(() => ''))).then(
    (texts) => texts.join('\n'),
  );
  try {
    return await reading;
  } finally {
    reading = null;
  }
}

function uidIn(text: string, wanted: readonly string[]): number | null {
  for (const row of wanted) {
    const at = text.indexOf(row);
    if (at === -1) continue;
    // local, remote, state, queues, timer, retransmits, uid, timeout, inode
    const [, , , , , , uid, , inode] = text.slice(at + 1, at + 512).split(/\s+/);
    // A socket without a process is shown as root's, without an inode.
    if (inode !== undefined && inode !== '0') return Number(uid);
  }
  return null;
}

/** Returns how the tables show the peer's socket: its own address first, an IPv4 address in either table. */
function rowsOf({ localAddress, localPort, remoteAddress, remotePort }: Ends): string[] {
  if (!localAddress || !remoteAddress || !localPort || !remotePort) return [];
  const locals = formsOf(localAddress);
  return formsOf(remoteAddress).map(
    (remote, index) => ` ${remote}:${port(remotePort)} ${locals[index] ?? ''}:${port(localPort)} `,
  );
}

const port = (number: number) => number.toString(16).toUpperCase().padStart(4, '0');

function formsOf(address: string): string[] {
  const ipv4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (ipv4 === undefined) return [hexOf(bytesOf(address))];
  const bytes = ipv4.split('.').map(Number);
  return [hexOf(bytes), hexOf([...Array.from({ length: 10 }, () => 0), 0xff, 0xff, ...bytes])];
}

/** The bytes of an IPv6 address. */
function bytesOf(address: string): number[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groups = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const missing = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => 0);
  return [...before, ...missing, ...after].flatMap((group) => [group >> 8, group & 0xff]);
}

/** Words of four bytes in this machine's byte order: little-endian wherever Node runs on Linux except s390x. */
function hexOf(bytes: readonly number[]): string {
  const words = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.slice(index * 4, index * 4 + 4));
  const ordered = isLittleEndian ? words.map((word) => word.toReversed()) : words;
  return ordered
    .flat()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
