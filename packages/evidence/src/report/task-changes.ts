import type { Block } from '../page/block.ts';

/** What changed between two snapshots of a workspace, for a page. */
export interface ShownChanges {
  /** The first ones. Lines are null for a binary file. */
  files: readonly {
    path: string;
    change: 'added' | 'changed' | 'removed' | 'renamed';
    added: number | null;
    removed: number | null;
  }[];
  /** Of all files. */
  totals: { files: number; added: number; removed: number };
  /** The start of the diff. */
  diff: string;
  /** Whether that is all of it. */
  isWhole: boolean;
}

/** Returns what a task changed between two snapshots, by their ids; null: it can't be read. */
export type ReadChanges = (span: {
  task: number;
  before: string;
  after: string;
}) => Promise<ShownChanges | null>;

/** Returns the first whole lines of a text, of at most so many bytes, and whether that is all of it. */
export async function startOf(
  content: AsyncIterable<Uint8Array>,
  most: number,
): Promise<{ text: string; isWhole: boolean }> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of content) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > most) break;
  }
  const all = Buffer.concat(pieces);
  if (bytes <= most) return { text: all.toString(), isWhole: true };
  return { text: all.subarray(0, all.lastIndexOf('\n', most) + 1).toString(), isWhole: false };
}

/** Returns the changed files with their lines, and the diff, folded away. */
export function changeBlocks({ files, totals, diff, isWhole }: ShownChanges): Block[] {
  const lines = files.map(
    ({ path, change, added, removed }) =>
      `${change}: ${path}, ${added === null ? 'binary' : counts(added, removed ?? 0)}`,
  );
  const more = totals.files - lines.length;
  const title = `The diff: ${totals.files === 1 ? '1 file' : `${String(totals.files)} files`}, ${counts(totals.added, totals.removed)}`;
  const folded = isWhole ? title : `${title}; this is the start of it, "cc-executor diff" shows all`;
  return [
    { list: more > 0 ? [...lines, `and ${String(more)} more`] : lines },
    ...(diff === '' ? [] : [{ folded, verbatim: diff, language: 'diff' as const }]),
  ];
}

function counts(added: number, removed: number): string {
  return `+${String(added)} \u2212${String(removed)}`;
}
