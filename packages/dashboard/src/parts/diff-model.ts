/** A line of a diff; `both`: it is on both sides. */
export interface DiffLine {
  kind: 'hunk' | 'both' | 'minus' | 'plus' | 'note';
  /** Without the sign before it. */
  text: string;
}

/** Two lines beside each other; null: that side has none. */
export interface DiffRow {
  left: DiffLine | null;
  right: DiffLine | null;
}

/** Reads a unified diff of one file, as git writes it. What is before its first change only names the file again. */
export function readDiff(text: string): DiffLine[] {
  const lines = text.replace(/\n$/, '').split('\n');
  const first = lines.findIndex((line) => line.startsWith('@@'));
  // Of a file without text, that is all there is.
  if (first === -1) return lines.map((line) => ({ kind: 'note', text: line }));
  return lines.slice(first).map((line): DiffLine => {
    if (line.startsWith('@@')) return { kind: 'hunk', text: line };
    if (line.startsWith('\\')) return { kind: 'note', text: line };
    const rest = line.slice(1);
    if (line.startsWith('+')) return { kind: 'plus', text: rest };
    return { kind: line.startsWith('-') ? 'minus' : 'both', text: rest };
  });
}

/** Returns the diff without changes of white space alone: such a line counts as being on both sides, as it is now. */
export function withoutSpace(lines: readonly DiffLine[]): DiffLine[] {
  return runsOf(lines).flatMap((run) => ('line' in run ? [run.line] : unspaced(run)));
}

/** Returns the diff with what was removed beside what took its place. */
export function besideEachOther(lines: readonly DiffLine[]): DiffRow[] {
  return runsOf(lines).flatMap((run): DiffRow[] => {
    if ('line' in run) return [{ left: run.line, right: run.line }];
    const { minus, plus } = run;
    return Array.from({ length: Math.max(minus.length, plus.length) }, (_, index) => ({
      left: minus[index] ?? null,
      right: plus[index] ?? null,
    }));
  });
}

interface Run {
  minus: DiffLine[];
  plus: DiffLine[];
}

/** Splits a diff into single lines, and runs of removed lines with those in their place. */
function runsOf(lines: readonly DiffLine[]): (Run | { line: DiffLine })[] {
  const runs: (Run | { line: DiffLine })[] = [];
  let open: Run | null = null;
  for (const line of lines) {
    if (line.kind !== 'minus' && line.kind !== 'plus') {
      open = null;
      runs.push({ line });
      continue;
    }
    // A removed line after an added one begins the next run.
    if (open === null || (line.kind === 'minus' && open.plus.length > 0))
      runs.push((open = { minus: [], plus: [] }));
    open[line.kind].push(line);
  }
  return runs;
}

function unspaced({ minus, plus }: Run): DiffLine[] {
  const places = new Map<string, { all: number[]; at: number }>();
  for (const [index, { text }] of plus.entries()) {
    const key = text.replaceAll(/\s/g, '');
    const known = places.get(key);
    if (known) known.all.push(index);
    else places.set(key, { all: [index], at: 0 });
  }
  const result: DiffLine[] = [];
  let next = 0;
  for (const line of minus) {
    const queue = places.get(line.text.replaceAll(/\s/g, '')) ?? { all: [], at: 0 };
    while ((queue.all[queue.at] ?? Infinity) < next) queue.at += 1;
    const place = queue.all[queue.at];
    if (place === undefined) {
      result.push(line);
      continue;
    }
    for (const added of plus.slice(next, place)) result.push(added);
    result.push({ kind: 'both', text: plus[place]?.text ?? '' });
    next = place + 1;
  }
  return [...result, ...plus.slice(next)];
}
