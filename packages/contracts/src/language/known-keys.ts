const known = new Set<string>();

/** Adds the keys of a schema to those that a misspelt key may have been meant for. */
export function knowKeys(shape: object): void {
  for (const key of Object.keys(shape)) known.add(key);
}

/** Returns the keys of what a request may have. */
export function knownKeys(): ReadonlySet<string> {
  return known;
}
