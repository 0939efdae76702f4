const known = new Map<string, string[]>();

/**
 * Adds the keys of a schema to those that a misspelt or misplaced key may have been meant for. `place`: where they belong, as it
 * stands after "belongs to".
 */
export function knowKeys(place: string, shape: object): void {
  for (const key of Object.keys(shape)) known.set(key, [...(known.get(key) ?? []), place]);
}

/** Returns the keys of what a request may have, each with the places that it belongs to. */
export function knownKeys(): ReadonlyMap<string, readonly string[]> {
  return known;
}
