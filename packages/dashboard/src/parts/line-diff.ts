import type { DiffLine } from './diff-model.ts';

/** Texts of more lines than this, multiplied, are compared only where they begin and end alike. */
const MOST_CELLS = 1_000_000;

/** Returns the lines of two texts with what was removed and what was added, by their longest common sequence of lines. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, fresh.length) - start && old.at(-1 - end) === fresh.at(-1 - end))
    end += 1;
  const of = (kind: DiffLine['kind'], lines: readonly string[]) =>
    lines.map((text): DiffLine => ({ kind, text }));
  return [
    ...of('both', old.slice(0, start)),
    ...between(old.slice(start, old.length - end), fresh.slice(start, fresh.length - end)),
    ...of('both', old.slice(old.length - end)),
  ];
}

function between(old: readonly string[], fresh: readonly string[]): DiffLine[] {
  const width = fresh.length + 1;
  const isBounded = old.length * fresh.length <= MOST_CELLS;
  // The longest sequence from each pair of lines on.
  const longest = new Uint32Array(isBounded ? (old.length + 1) * width : 0);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = isBounded ? old.length - 1 : -1; i >= 0; i -= 1)
    for (let j = fresh.length - 1; j >= 0; j -= 1)
      longest[i * width + j] =
        old[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    const [left, right] = [old[i], fresh[j]];
    if (isBounded && left !== undefined && left === right) {
      lines.push({ kind: 'both', text: left });
      [i, j] = [i + 1, j + 1];
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'minus', text: left });
      i += 1;
    } else {
      lines.push({ kind: 'plus', text: right ?? '' });
      j += 1;
    }
  }
  return lines;
}
