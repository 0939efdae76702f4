import { z } from 'zod';
import { LIMITS } from './limits.ts';

/** A host that may be reached: its name and port. `*.name` stands for all names below, `*` for every name. */
export interface HostPattern {
  /** The name of the host; with `*.` before it: those below it. */
  name: string;
  /** Null: those of https and http. */
  port: number | null;
}

/** The ports of a pattern that names none. */
const USUAL_PORTS: readonly number[] = [443, 80];
const LABEL = /^[a-z0-9_-]{1,63}$/;
/** The longest name of a host. Source: RFC 1035, section 2.3.4. */
const NAME_CHARACTERS = 253;

/** Returns a pattern such as `registry.npmjs.org`, `*.example.com:8443` or `*`; null: the text is none. */
export function hostPattern(text: string): HostPattern | null {
  const [host = '', port, more] = text.toLowerCase().split(':');
  const number = port === undefined ? null : Number(port);
  if (more !== undefined || (port !== undefined && !/^\d{1,5}$/.test(port))) return null;
  if (number !== null && (number < 1 || number > 65_535)) return null;
  const name = host === '*' || !host.startsWith('*.') ? host : host.slice(2);
  const isName = name.length <= NAME_CHARACTERS && name.split('.').every((label) => LABEL.test(label));
  return host === '*' || isName ? { name: host, port: number } : null;
}

/** Returns whether a pattern allows a host; `name` in lower case. */
export function allowsHost(pattern: HostPattern, { name, port }: { name: string; port: number }): boolean {
  return allowsName(pattern.name, name) && portsOf(pattern).includes(port);
}

/** Returns whether a pattern allows all that another one allows. */
export function coversHost(pattern: HostPattern, other: HostPattern): boolean {
  return (
    allowsName(pattern.name, other.name) && portsOf(other).every((port) => portsOf(pattern).includes(port))
  );
}

function allowsName(pattern: string, name: string): boolean {
  return pattern === '*' || pattern === name || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1)));
}

function portsOf({ port }: HostPattern): readonly number[] {
  return port === null ? USUAL_PORTS : [port];
}

const Host = z
  .string('must be a string')
  .refine(
    (text) => text !== '*' && hostPattern(text) !== null,
    'must be a name of a host, such as "registry.npmjs.org", "*.example.com" or "example.com:8443"',
  );

/** The hosts that a container may reach. */
export const Network = z.union(
  [
    z.enum(['none', 'open']),
    z.array(Host).max(LIMITS.listItems, `must have at most ${String(LIMITS.listItems)} items`),
  ],
  'must be "none", "open" or a list of names of hosts',
);
export type Network = z.output<typeof Network>;

/** Returns the hosts that a list names, as texts; `*` stands for every name. */
export function hostsOf(network: Network | undefined): readonly string[] {
  if (network === 'open') return ['*'];
  return network === undefined || network === 'none' ? [] : network;
}
