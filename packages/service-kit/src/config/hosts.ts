import { isIP } from 'node:net';

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]*[a-z0-9])?)\.?(:\d{1,5})?$/;

/**
 * Returns the name in a Host header, in lower case, without port, brackets and final dot; null if it is invalid.
 */
export function httpHost(value: string): string | null {
  const text = value.toLowerCase();
  if (isIP(text) === 6) return text;
  const name = HOST.exec(text)?.[1];
  if (name === undefined) return null;
  if (!name.startsWith('[')) return name;
  const address = name.slice(1, -1);
  return isIP(address) === 6 ? address : null;
}

/** Returns an Origin header in its normal form, like `https://cc.example.com:8443`; null if it is invalid. */
export function httpOrigin(value: string): string | null {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return null;
  const url = new URL(value);
  return url.href === `${url.origin}/` ? url.origin : null;
}

/** Returns whether only this machine can reach a name or address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** Returns whether a text is an address, or a network as `address/bits`. */
export function isNetwork(text: string): boolean {
  const [, address = '', bits = '0'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && !address.includes('%') && Number(bits) <= (version === 4 ? 32 : 128);
}

/** Returns whether a text is the address of an HTTP proxy, with nothing but an optional user before the host. */
export function isProxy(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname, search, hash } = new URL(text);
  return protocol === 'http:' && hostname !== '' && pathname === '/' && search === '' && hash === '';
}
