/** Returns where clients on this machine reach a server that is bound to an address, like `http://0.0.0.0:8001`. */
export function reachable(bound: string): string {
  // An invalid address is reported by the code that connects to it.
  if (!URL.canParse(bound)) return bound;
  const address = new URL(bound);
  // An unspecified address means all addresses: a client needs a specific one.
  if (address.hostname === '0.0.0.0') address.hostname = '127.0.0.1';
  if (address.hostname === '[::]') address.hostname = '[::1]';
  return address.origin;
}
