/** The id of the tree without entries. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
export const FILE = '100644';
export const EXECUTABLE = '100755';
export const LINK = '120000';
export const TREE = '40000';

const ID_BYTES = 20;
const SPACE = 0x20;

/** One entry of a tree. */
export interface TreeEntry {
  mode: string;
  /** In hex. */
  id: string;
}

/** A folder's entries, by their names; a name is its bytes, one character each. */
export type TreeEntries = Map<string, TreeEntry>;

/** Returns the entries of a tree object. */
export function parseTree(data: Buffer): TreeEntries {
  const entries: TreeEntries = new Map();
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(SPACE, at);
    const end = data.indexOf(0, space);
    const id = data.toString('hex', end + 1, end + 1 + ID_BYTES);
    entries.set(data.toString('latin1', space + 1, end), { mode: data.toString('latin1', at, space), id });
    at = end + 1 + ID_BYTES;
  }
  return entries;
}

/** Returns the tree object of some entries. Git compares names as bytes, and those of folders with a slash behind. */
export function formatTree(entries: TreeEntries): Buffer {
  const key = ([name, { mode }]: [string, TreeEntry]) => (mode === TREE ? `${name}/` : name);
  const sorted = [...entries].map((entry) => [key(entry), entry] as const);
  sorted.sort(([one], [other]) => (one < other ? -1 : 1));
  return Buffer.concat(
    sorted.flatMap(([, [name, { mode, id }]]) => [
      Buffer.from(`${mode} ${name}\0`, 'latin1'),
      Buffer.from(id, 'hex'),
    ]),
  );
}
