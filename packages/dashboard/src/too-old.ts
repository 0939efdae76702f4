/** The newest browser features that the page uses: Chromium 117, Firefox 124 and Safari 17.4 have all of them. */
const USED: readonly (readonly [object, string])[] = [
  [Map, 'groupBy'],
  [AbortSignal, 'any'],
  [Array.prototype, 'toSorted'],
];

/** Returns whether this browser is too old for the page. */
export function isTooOld(): boolean {
  return !USED.every(([place, name]) => name in place);
}
