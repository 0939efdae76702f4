import ipaddr from 'ipaddr.js';
import { networkInterfaces } from 'node:os';

/** Addresses of the public space that a cloud answers inside of each machine. Source: Azure's page on 168.63.129.16. */
const OF_A_CLOUD: ReadonlySet<string> = new Set(['168.63.129.16']);

/**
 * Returns whether an address is one of the public internet: not of this machine, of a private network, of the link or of
 * some special use, in whatever form it is written.
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  const text = parsed.toString();
  return parsed.range() === 'unicast' && !OF_A_CLOUD.has(text) && !isOwn(text);
}

function isOwn(address: string): boolean {
  return Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .some((own) => ipaddr.isValid(own.address) && ipaddr.process(own.address).toString() === address);
}
