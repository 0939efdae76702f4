/** The height of a box and the room between two, in pixels. */
export const BOX = { height: 46, beside: 14, below: 38 } as const;
/** The width that a line gets where it passes a row, in pixels. */
const LANE = 14;
/** How often the order and the places of all rows are made better. */
const SWEEPS = 4;

interface Point {
  x: number;
  y: number;
}

interface Layout {
  /** The upper left corner of each box, in pixels. */
  places: readonly Point[];
  /** The path of each part of a line, as SVG has it, with the lines that share it: those of one box run together. */
  paths: readonly { path: string; lines: readonly number[] }[];
  width: number;
  height: number;
}

/** Something that takes room in a row: a box, or a line that passes it. */
interface Item {
  width: number;
  /** Indices of items in the row before, and in the row after. */
  before: number[];
  after: number[];
}

/**
 * Places boxes in rows from top to bottom, so that lines cross and bend little. `rows` has the row of each box; `lines` are
 * pairs of boxes, the first of which is in a row before; `boxWidth` is in pixels. Takes time by the number of boxes times
 * rows.
 */
export function layout(
  rows: readonly number[],
  lines: readonly (readonly [number, number])[],
  boxWidth: number,
): Layout {
  const items = rows.map((): Item => ({ width: boxWidth, before: [], after: [] }));
  const inRow: number[][] = Array.from({ length: Math.max(0, ...rows) + 1 }, () => []);
  for (const [index, row] of rows.entries()) inRow[row]?.push(index);
  const lanes = new Map<string, number>();
  const parts = new Map<string, { from: number; to: number; lines: number[] }>();
  const join = (from: number, to: number, line: number) => {
    const name = `${String(from)} ${String(to)}`;
    const known = parts.get(name);
    if (known) return void known.lines.push(line);
    parts.set(name, { from, to, lines: [line] });
    items[from]?.after.push(to);
    items[to]?.before.push(from);
  };
  for (const [line, [from, to]] of lines.entries()) {
    let at = from;
    for (let row = (rows[from] ?? 0) + 1; row < (rows[to] ?? 0); row += 1) {
      const name = `${String(from)} ${String(row)}`;
      const lane = lanes.get(name) ?? items.push({ width: LANE, before: [], after: [] }) - 1;
      if (!lanes.has(name)) inRow[row]?.push(lane);
      lanes.set(name, lane);
      join(at, lane, line);
      at = lane;
    }
    join(at, to, line);
  }
  order(items, inRow);
  const centres = centresOf(items, inRow);
  const left = Math.min(0, ...centres.map((centre, index) => centre - (items[index]?.width ?? 0) / 2));
  const right = Math.max(0, ...centres.map((centre, index) => centre + (items[index]?.width ?? 0) / 2));
  const top = (row: number) => row * (BOX.height + BOX.below);
  const rowOf: number[] = [];
  for (const [row, own] of inRow.entries()) for (const index of own) rowOf[index] = row;
  const at = (index: number): Point => ({ x: (centres[index] ?? 0) - left, y: top(rowOf[index] ?? 0) });
  return {
    places: rows.map((_, index) => ({ x: at(index).x - boxWidth / 2, y: at(index).y })),
    paths: [...parts.values()].map(({ from, to, lines: own }) => ({
      path: pathOf(at(from), at(to), to >= rows.length),
      lines: own,
    })),
    width: right - left,
    height: top(inRow.length - 1) + BOX.height,
  };
}

/** `passes`: it continues through the row that it leads to. */
function pathOf(from: Point, to: Point, passes: boolean): string {
  const [start, middle] = [from.y + BOX.height, from.y + BOX.height + BOX.below / 2];
  const text = (...values: number[]) => values.map((value) => String(Math.round(value))).join(' ');
  const curve = `M${text(from.x, start)}C${text(from.x, middle, to.x, middle, to.x, to.y)}`;
  return passes ? `${curve}V${text(to.y + BOX.height)}` : curve;
}

/** Orders each row by where the neighbours of its items are, downwards and upwards in turn. */
function order(items: readonly Item[], inRow: number[][]): void {
  const place: number[] = [];
  const note = (row: readonly number[]) => {
    for (const [index, item] of row.entries()) place[item] = index;
  };
  inRow.forEach(note);
  for (let sweep = 0; sweep < SWEEPS * 2; sweep += 1) {
    const isDown = sweep % 2 === 0;
    for (const index of isDown ? inRow.keys() : [...inRow.keys()].toReversed()) {
      const row = inRow[index] ?? [];
      const wish = new Map(
        row.map((item) => {
          const of = (isDown ? items[item]?.before : items[item]?.after) ?? [];
          return [item, meanOf(of, place) ?? place[item] ?? 0] as const;
        }),
      );
      row.sort((one, other) => (wish.get(one) ?? 0) - (wish.get(other) ?? 0));
      note(row);
    }
  }
}

/** Returns the centre of each item: near its neighbours, without changing the order of a row. */
function centresOf(items: readonly Item[], inRow: readonly (readonly number[])[]): number[] {
  const centres: number[] = [];
  const put = (row: readonly number[], wish: (item: number) => number | null) => {
    const widths = row.map((item) => items[item]?.width ?? 0);
    const placed = inOrder(row.map(wish), widths);
    for (const [index, item] of row.entries()) centres[item] = placed[index] ?? 0;
  };
  for (const row of inRow) put(row, () => 0);
  for (let sweep = 0; sweep < SWEEPS * 2; sweep += 1)
    for (const row of sweep % 2 === 0 ? inRow : inRow.toReversed())
      put(row, (item) => {
        const { before = [], after = [] } = items[item] ?? {};
        return meanOf([...before, ...after], centres) ?? centres[item] ?? 0;
      });
  return centres;
}

/**
 * Returns the places nearest to the wished ones, by least squares, at which things of these widths stay in their order
 * without touching each other: what is wished too near together is moved apart as a block (isotonic regression).
 */
function inOrder(wishes: readonly (number | null)[], widths: readonly number[]): number[] {
  const offsets: number[] = [];
  for (const [index, width] of widths.entries())
    offsets.push(
      index === 0 ? 0 : (offsets[index - 1] ?? 0) + (widths[index - 1] ?? 0) / 2 + BOX.beside + width / 2,
    );
  const blocks: { sum: number; size: number }[] = [];
  for (const [index, wish] of wishes.entries()) {
    let block = { sum: (wish ?? 0) - (offsets[index] ?? 0), size: 1 };
    for (
      let last = blocks.at(-1);
      last && last.sum / last.size >= block.sum / block.size;
      last = blocks.at(-1)
    ) {
      block = { sum: last.sum + block.sum, size: last.size + block.size };
      blocks.pop();
    }
    blocks.push(block);
  }
  return blocks
    .flatMap(({ sum, size }) => Array.from({ length: size }, () => sum / size))
    .map((start, index) => start + (offsets[index] ?? 0));
}

function meanOf(indices: readonly number[], values: readonly number[]): number | null {
  if (indices.length === 0) return null;
  return indices.reduce((sum, index) => sum + (values[index] ?? 0), 0) / indices.length;
}
