const KEY_PREFIX = 'bearer.';

/**
 * The subprotocol that is agreed to; false: none. A key is never repeated: a client that sends it as a subprotocol names
 * another one beside it.
 */
export function chooseProtocol(offered: ReadonlySet<string>): string | false {
  return [...offered].find((protocol) => !protocol.startsWith(KEY_PREFIX)) ?? false;
}
