import type { AddressInfo } from 'node:net';

/**
 * Returns where this process reaches its own server, which is bound to `host` and listens at `bound`: by the name that it
 * is bound to, since the address behind a name is not a Host that is answered.
 */
export function ownUrl(host: string, { address, family, port }: AddressInfo): string {
  const isAny = address === '0.0.0.0' || address === '::';
  const name = isAny ? '127.0.0.1' : family === 'IPv6' && host.includes(':') ? `[${address}]` : host;
  return `http://${name}:${String(port)}`;
}
