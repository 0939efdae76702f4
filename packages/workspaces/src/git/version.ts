/** merge-tree --write-tree, which joins need, came with it. */
const OLDEST: readonly [number, number] = [2, 38];

export const OLDEST_GIT = OLDEST.join('.');

/** Returns whether what `git --version` printed names one that can do what is requested here. */
export function isNewEnough(printed: string): boolean {
  const [, major, minor] = /^git version (\d+)\.(\d+)/.exec(printed) ?? [];
  const found = [Number(major), Number(minor)] as const;
  return found[0] > OLDEST[0] || (found[0] === OLDEST[0] && found[1] >= OLDEST[1]);
}
