/** Returns the key of the server of this machine's user at an address; undefined: none is found, or needed. */
type FindKey = (url: URL) => string | undefined;

let find: FindKey = () => undefined;

/** Where there are files, as in Node, a client that was given neither an address nor a key can find one. */
export function findKeysBy(given: FindKey): void {
  find = given;
}

export function ownKey(url: URL): string | undefined {
  return find(url);
}
