/** Where clients on this machine reach what is bound to an address, like `http://0.0.0.0:8001`. */
export function reachable(bound: string): string {
  // What is no address is told by who is to go there.
  if (!URL.canParse(bound)) return bound;
  const address = new URL(bound);
  // An unspecified address means all of them: a client needs one.
  if (address.hostname === '0.0.0.0') address.hostname = '127.0.0.1';
  if (address.hostname === '[::]') address.hostname = '[::1]';
  return address.origin;
}
