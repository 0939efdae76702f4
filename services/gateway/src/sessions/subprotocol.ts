const KEY_PREFIX = 'bearer.';

/** The subprotocol that is agreed to: a client that sends its key as one may name another beside it, to be told instead. */
export function chooseProtocol(offered: ReadonlySet<string>): string | false {
  const [first] = [...offered].filter((protocol) => !protocol.startsWith(KEY_PREFIX));
  return first ?? [...offered][0] ?? false;
}
