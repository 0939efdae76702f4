import { paint } from './print.ts';
import { cut, pad, widthOf } from './text-width.ts';

type Style = Parameters<typeof paint>[0];

export interface Column {
  title: string;
  cells: readonly string[];
  /** Of each cell; undefined: plain. */
  styles?: readonly Style[];
  /** True for the column that is shortened if there is too little room. */
  gives?: boolean;
  /** Where even that is not enough, those with the highest number are left out first; undefined: never. */
  dispensable?: number;
}

/** The minimum width of the column that is shortened; below that, other columns are left out. */
const SHORTEST = 16;
const GAP = 2;

/** Returns a table as lines, its head first, two blanks between columns; on a terminal of so many columns it fits. */
export function tableLines(columns: readonly Column[], width = Infinity): string[] {
  const shown = fitting(columns, width);
  const sizes = sizesOf(shown, width);
  const line = (row: number | null) =>
    shown
      .map(({ title, cells, styles }, index) => {
        const size = sizes[index] ?? 0;
        const text = cut(row === null ? title : (cells[row] ?? ''), size);
        const style = row === null ? 'bold' : styles?.[row];
        const padded = index === shown.length - 1 ? text : pad(text, size);
        return style === undefined ? padded : paint(style, text) + padded.slice(text.length);
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  const rows = Math.max(0, ...shown.map(({ cells }) => cells.length));
  return [line(null), ...Array.from({ length: rows }, (_, row) => line(row))];
}

function natural({ title, cells }: Column): number {
  return Math.max(widthOf(title), ...cells.map(widthOf));
}

function fitting(columns: readonly Column[], width: number): readonly Column[] {
  const least = columns.map((column) =>
    column.gives ? Math.min(SHORTEST, natural(column)) : natural(column),
  );
  const needed = least.reduce((sum, size) => sum + size + GAP, -GAP);
  if (needed <= width) return columns;
  const first = columns.reduce((most, { dispensable = -1 }) => Math.max(most, dispensable), -1);
  if (first === -1) return columns;
  return fitting(
    columns.filter(({ dispensable }) => dispensable !== first),
    width,
  );
}

function sizesOf(columns: readonly Column[], width: number): number[] {
  const sizes = columns.map(natural);
  const excess = sizes.reduce((sum, size) => sum + size + GAP, -GAP) - width;
  const giving = columns.findIndex(({ gives }) => gives);
  if (excess > 0 && giving !== -1) sizes[giving] = Math.max(1, (sizes[giving] ?? 0) - excess);
  return sizes;
}
