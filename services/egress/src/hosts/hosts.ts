import { allowsHost, coversHost, type HostPattern } from '@cc-executor/contracts';
import { lookup as systemLookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { Lookups, type Address, type Lookup, type Resolved } from './lookups.ts';
import { isPublic } from './public-address.ts';

/** A host as a request names it: the name in lower case, or an address. */
export interface Target {
  name: string;
  port: number;
}

/**
 * Where a target is: the addresses that were checked, and no others, or that it is reached by the proxy of the installation; or
 * in a sentence why it is not reached.
 */
export type Found =
  { addresses: readonly Address[]; byProxy: boolean } | { blocked: string } | { missing: string };

export interface HostsOptions {
  /** The hosts for which ways may be opened. */
  allowed: readonly HostPattern[];
  /** Those, as `name:port`, that may have addresses that are not public. */
  private: readonly string[];
  /** Addresses and networks that are refused although they are public. Default: none. */
  refused?: readonly string[];
  /** Whether all but private hosts are reached by a proxy, which resolves names itself. Default: they are not. */
  byProxy?: boolean;
  /** Default: the system's. */
  lookup?: Lookup;
}

/** Knows which hosts may be reached, and where they are. */
export class Hosts {
  readonly #allowed: readonly HostPattern[];
  readonly #private: ReadonlySet<string>;
  readonly #refused: BlockList;
  readonly #byProxy: boolean;
  readonly #lookup: Lookup;

  constructor({
    allowed,
    private: own,
    refused = [],
    byProxy = false,
    lookup = async (name) => await systemLookup(name, { all: true }),
  }: HostsOptions) {
    this.#allowed = allowed;
    this.#private = new Set(own.map((text) => text.toLowerCase()));
    this.#refused = blockList(refused);
    this.#byProxy = byProxy;
    this.#lookup = lookup;
  }

  /** Returns whether a way may be opened for all that a pattern allows. */
  allows(pattern: HostPattern): boolean {
    return this.#allowed.some((one) => coversHost(one, pattern));
  }

  /** Returns the look-ups of a new way. */
  lookups(): Lookups {
    return new Lookups(this.#lookup);
  }

  /**
   * Returns where a target is, if one of the patterns allows it. A name is resolved here and once: the caller connects to the
   * addresses that were checked, so that a name which changes its address gains nothing. `lookups`: those of the way.
   */
  async find(
    patterns: readonly HostPattern[],
    target: Target,
    lookups: Lookups = this.lookups(),
  ): Promise<Found> {
    const told = `${target.name}:${String(target.port)}`;
    if (!patterns.some((pattern) => allowsHost(pattern, target)))
      return {
        blocked: `The task may not reach ${told}: "network" of its list does not name it.`,
      };
    const isPrivate = this.#private.has(told);
    const byProxy = this.#byProxy && !isPrivate;
    const found = await addressesOf(target.name, lookups);
    // Where only the proxy resolves names, a name without a dot belongs to its own network.
    if (byProxy && target.name.includes('.') && ('unknown' in found || found.length === 0))
      return { addresses: [], byProxy };
    if ('unknown' in found) return { missing: found.unknown };
    const addresses = found;
    if (addresses.length === 0) return { missing: `${target.name} has no address.` };
    if (isPrivate) return { addresses, byProxy };
    for (const { address, family } of addresses) {
      const why = !isPublic(address)
        ? 'is not a public one'
        : this.#refused.check(address, family === 6 ? 'ipv6' : 'ipv4') &&
          'is one of CC_EXECUTOR_SANDBOX_REFUSED_NETWORKS';
      if (why !== false)
        return {
          blocked: `The task may not reach ${told}: its address ${address} ${why}, and CC_EXECUTOR_SANDBOX_PRIVATE_HOSTS does not name it.`,
        };
    }
    return { addresses, byProxy };
  }
}

async function addressesOf(name: string, lookups: Lookups): Promise<Resolved> {
  const literal = name.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0) return [{ address: literal, family: isIP(literal) }];
  return await lookups.addressesOf(name);
}

/** `networks`: addresses, and networks as `address/bits`. */
function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
