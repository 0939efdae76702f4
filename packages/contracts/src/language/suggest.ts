/** Returns in how many characters a similar name may differ: one in three, and at most three. */
function mostEdits(name: string): number {
  return Math.min(3, Math.floor(name.length / 3));
}

/** Names are checked up to this length: the time grows with its square. */
const LONGEST = 64;

/** Returns the known name that was probably meant, by the fewest characters that differ; null: none is near. */
export function closestTo(name: string, known: Iterable<string>): string | null {
  if (name.length > LONGEST) return null;
  let [closest, least] = [null as string | null, mostEdits(name) + 1];
  for (const one of known) {
    const edits = editsBetween(name.toLowerCase(), one.toLowerCase());
    if (edits < least) [closest, least] = [one, edits];
  }
  return closest;
}

/** The edits of single characters, swaps of neighbours included, that make one text of the other. */
function editsBetween(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      next[column] = Math.min(
        (last[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (before[column - 2] ?? 0) + 1 : Infinity,
      );
    }
    [before, last] = [last, next];
  }
  return last[to.length] ?? 0;
}
