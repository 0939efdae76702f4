import type { ServiceDetails } from './children/service.ts';

/** Where clients on this machine reach a service that has told the `address` it is bound to. */
export function reachable(details: ServiceDetails): string {
  const address = new URL(String(details['address']));
  // An unspecified address means all of them: a client needs one.
  if (address.hostname === '0.0.0.0') address.hostname = '127.0.0.1';
  if (address.hostname === '[::]') address.hostname = '[::1]';
  return address.origin;
}
