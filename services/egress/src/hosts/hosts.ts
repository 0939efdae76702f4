import { allowsHost, coversHost, type HostPattern } from '@cc-executor/contracts';
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { isPublic } from './public-address.ts';

/** How long the resolver may take. Milliseconds. */
const RESOLVE_MS = 10_000;

/** A host as a request names it: the name in lower case, or an address. */
export interface Target {
  name: string;
  port: number;
}

export interface Address {
  address: string;
  family: number;
}

/** Where a target is: the addresses that were checked, and no others; or in a sentence why it is not reached. */
export type Found = { addresses: readonly Address[] } | { blocked: string } | { missing: string };

/** Resolves a name as the system does, to all its addresses. Rejects if it has none. */
export type Lookup = (name: string) => Promise<readonly Address[]>;

export interface HostsOptions {
  /** What ways may be opened for. */
  allowed: readonly HostPattern[];
  /** Those, as `name:port`, that may have addresses that are not public. */
  private: readonly string[];
  /** Default: the system's. */
  lookup?: Lookup;
}

/** Knows which hosts may be reached, and where they are. */
export class Hosts {
  readonly #allowed: readonly HostPattern[];
  readonly #private: ReadonlySet<string>;
  readonly #lookup: Lookup;

  constructor({
    allowed,
    private: own,
    lookup = async (name) => await systemLookup(name, { all: true }),
  }: HostsOptions) {
    this.#allowed = allowed;
    this.#private = new Set(own.map((text) => text.toLowerCase()));
    this.#lookup = lookup;
  }

  /** Returns whether a way may be opened for all that a pattern allows. */
  allows(pattern: HostPattern): boolean {
    return this.#allowed.some((one) => coversHost(one, pattern));
  }

  /**
   * Returns where a target is, if one of the patterns allows it. A name is resolved here and once: the caller connects to the
   * addresses that were checked, so that a name which changes its address gains nothing.
   */
  async find(patterns: readonly HostPattern[], target: Target): Promise<Found> {
    const told = `${target.name}:${String(target.port)}`;
    if (!patterns.some((pattern) => allowsHost(pattern, target)))
      return {
        blocked: `The task may not reach ${told}: "network" of its list does not name it.`,
      };
    const addresses = await this.#addressesOf(target.name);
    const [first] = addresses;
    if (first === undefined) return { missing: `${target.name} has no address.` };
    const own = addresses.find(({ address }) => !isPublic(address));
    if (own === undefined || this.#private.has(told)) return { addresses };
    return {
      blocked: `The task may not reach ${told}: its address ${own.address} is not a public one, and CC_EXECUTOR_SANDBOX_PRIVATE_HOSTS does not name it.`,
    };
  }

  async #addressesOf(name: string): Promise<readonly Address[]> {
    const literal = name.replace(/^\[(.*)\]$/, '$1');
    if (isIP(literal) !== 0) return [{ address: literal, family: isIP(literal) }];
    const late = delay(RESOLVE_MS, [], { ref: false });
    return await Promise.race([this.#lookup(name).catch(() => []), late]);
  }
}
