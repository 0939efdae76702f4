import type { Git } from './git/git.ts';
import { pathOfBytes } from './names.ts';

/** One path that differs between two trees. */
export interface TreeDifference {
  path: string;
  /** Its earlier path, where it was renamed; else null. */
  from: string | null;
  /** Null: it was not there, or is not there. */
  before: { mode: string; id: string } | null;
  after: { mode: string; id: string } | null;
}

/** One changed file between two snapshots. */
export interface FileDifference extends TreeDifference {
  change: 'added' | 'changed' | 'removed' | 'renamed';
  /** Lines; null for a binary file. */
  added: number | null;
  removed: number | null;
}

/** Some of the changed files between two snapshots. */
export interface DiffPage {
  files: FileDifference[];
  /** Of all pages. */
  totals: { files: number; added: number; removed: number };
  /** The cursor of the next page; null: there is none. */
  next: string | null;
}

/** Git is ended when the signal aborts, and the reader gets its reason. */
interface Ends {
  signal?: AbortSignal | undefined;
}

const NOTHING = '000000';
/** Of more files, only those that were not changed too are found: each is compared with each. */
const RENAMES = ['-M', '-l1000'];
const FIXED = ['--no-color', '--no-ext-diff', '--no-textconv', '--full-index'];

/** Returns every path that differs between two trees, in the order of git. */
export async function differences(git: Git, before: string, after: string): Promise<TreeDifference[]> {
  const printed = await git.run([
    'diff-tree',
    '-r',
    '-z',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    before,
    after,
  ]);
  return parseRaw(fieldsOf(printed)).differences;
}

/** Returns a page of the changed files. `limit`: their maximum number. Throws a RangeError for a cursor of nobody. */
export async function diffPage(
  git: Git,
  before: string,
  after: string,
  { cursor, limit }: { cursor: string | null; limit: number },
): Promise<DiffPage> {
  const start = cursor === null ? 0 : Number(cursor);
  if (!Number.isSafeInteger(start) || start < 0)
    throw new RangeError(`${JSON.stringify(cursor)} is not a cursor.`);
  const args = ['diff-tree', '-r', '-z', '--raw', '--numstat', '--no-abbrev', ...RENAMES, ...FIXED];
  const fields = fieldsOf(await git.run([...args, before, after]));
  const { differences: found, end } = parseRaw(fields);
  const counts = parseCounts(fields.slice(end));
  const totals = { files: found.length, added: 0, removed: 0 };
  for (const { added, removed } of counts) {
    totals.added += added ?? 0;
    totals.removed += removed ?? 0;
  }
  const files = found.slice(start, start + limit).map((difference, index) => ({
    ...difference,
    change: changeOf(difference),
    ...(counts[start + index] ?? { added: null, removed: null }),
  }));
  return { files, totals, next: start + limit < found.length ? String(start + limit) : null };
}

/** Yields a patch that `git apply` takes: renames are removals and additions, binary files are in it. */
export function patch(git: Git, before: string, after: string, options: Ends = {}): AsyncIterable<Buffer> {
  return git.stream(['diff-tree', '-r', '-p', '--binary', '--no-renames', ...FIXED, before, after], options);
}

/** How patches for people are made. */
export const PATCH_FOR_PEOPLE: readonly string[] = [
  ...RENAMES,
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
];

/** Yields what changed for people, as `git diff --stat` prints it. */
export function stat(git: Git, before: string, after: string, options: Ends = {}): AsyncIterable<Buffer> {
  return git.stream(['diff-tree', '-r', '--stat', ...PATCH_FOR_PEOPLE, before, after], options);
}

/** Yields what changed for people, as `git diff` prints it: renames in one, binary files by their names. */
export function text(git: Git, before: string, after: string, options: Ends = {}): AsyncIterable<Buffer> {
  return git.stream(['diff-tree', '-r', '-p', ...PATCH_FOR_PEOPLE, before, after], options);
}

function changeOf({ from, before, after }: TreeDifference): FileDifference['change'] {
  if (from !== null) return 'renamed';
  if (!before) return 'added';
  return after ? 'changed' : 'removed';
}

/** Returns the parts between the zero bytes. */
function fieldsOf(printed: Buffer): Buffer[] {
  const fields: Buffer[] = [];
  for (let at = 0; at < printed.length;) {
    const end = printed.indexOf(0, at);
    fields.push(printed.subarray(at, end));
    at = end + 1;
  }
  return fields;
}

/** `:<mode> <mode> <id> <id> <letter>`, and a path, or two for a rename. */
function parseRaw(fields: readonly Buffer[]): { differences: TreeDifference[]; end: number } {
  const found: TreeDifference[] = [];
  let at = 0;
  while (fields[at]?.[0] === 0x3a) {
    const [modeBefore = '', modeAfter = '', idBefore = '', idAfter = '', letter = ''] = (
      fields[at]?.toString() ?? ''
    )
      .slice(1)
      .split(' ');
    const isRename = letter.startsWith('R');
    const [first, second] = [fields[at + 1], fields[at + 2]].map((field) =>
      pathOfBytes(field ?? Buffer.alloc(0)),
    );
    found.push({
      path: (isRename ? second : first) ?? '',
      from: isRename ? (first ?? '') : null,
      before: modeBefore === NOTHING ? null : { mode: modeBefore, id: idBefore },
      after: modeAfter === NOTHING ? null : { mode: modeAfter, id: idAfter },
    });
    at += isRename ? 3 : 2;
  }
  return { differences: found, end: at };
}

/** `<added>\t<removed>\t<path>`; for a rename the path is empty, and two fields with the paths follow. */
function parseCounts(fields: readonly Buffer[]): { added: number | null; removed: number | null }[] {
  const counts: { added: number | null; removed: number | null }[] = [];
  const numberOf = (count: string) => (count === '-' ? null : Number(count));
  for (let at = 0; at < fields.length;) {
    const field = fields[at]?.toString('latin1') ?? '';
    const [added = '', removed = ''] = field.split('\t', 2);
    counts.push({ added: numberOf(added), removed: numberOf(removed) });
    at += field.endsWith('\t') && field.length === added.length + removed.length + 2 ? 3 : 1;
  }
  return counts;
}
