import type { Target } from '../hosts/hosts.ts';

/** The allowed characters of a name and a port; anything else would be ambiguous. */
const AUTHORITY = /^[A-Za-z0-9._:[\]-]{1,270}$/;

/** Returns what a CONNECT request names; null: nothing that is a host and a port. */
export function connectTarget(authority: string): Target | null {
  const port = AUTHORITY.test(authority) ? /:(\d{1,5})$/.exec(authority)?.[1] : undefined;
  if (port === undefined) return null;
  return targetOf(authority, Number(port));
}

/** Returns what a plain request names, and its path; null: it is not a request for a proxy. */
export function plainTarget(url: string): { target: Target; host: string; path: string } | null {
  if (url.slice(0, 7).toLowerCase() !== 'http://') return null;
  const end = url.slice(7).search(/[/?#]/);
  const authority = end === -1 ? url.slice(7) : url.slice(7, 7 + end);
  const rest = url.slice(7 + authority.length);
  if (!AUTHORITY.test(authority)) return null;
  const port = /:(\d{1,5})$/.exec(authority)?.[1];
  const target = targetOf(authority, Number(port ?? 80));
  const path = rest.startsWith('/') ? rest : `/${rest}`;
  return target && { target, host: authority, path };
}

function targetOf(authority: string, port: number): Target | null {
  if (port < 1 || port > 65_535 || !URL.canParse(`http://${authority}`)) return null;
  // An address in any of its forms becomes the usual one.
  const name = new URL(`http://${authority}`).hostname.replace(/\.$/, '');
  return name === '' ? null : { name, port };
}
