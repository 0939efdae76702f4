const KEY_PREFIX = 'bearer.';

/**
 * Returns the accepted subprotocol; false: none. A key is never echoed: a client that sends it as a subprotocol offers
 * another one beside it.
 */
export function chooseProtocol(offered: ReadonlySet<string>): string | false {
  return [...offered].find((protocol) => !protocol.startsWith(KEY_PREFIX)) ?? false;
}
