/** The snapshots of a merge: two sides, and what both come from. */
export interface Sides<T> {
  base: T;
  ours: T;
  theirs: T;
}
