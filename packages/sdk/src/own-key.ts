/** Returns the key of the server of this machine's user at an address; undefined: none is found, or needed. */
type FindKey = (url: URL) => string | undefined;

let find: FindKey = () => undefined;

/** Sets how clients without an address and a key find a key; only where files are available, as in Node. */
export function findKeysBy(given: FindKey): void {
  find = given;
}

/** Returns the key of the server of this machine's user at an address; undefined: none is found, or needed. */
export function ownKey(url: URL): string | undefined {
  return find(url);
}
