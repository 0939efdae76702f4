import { namesOf } from '../names.ts';
import type { ObjectWriter } from './object-writer.ts';
import type { ObjectReader } from './object-reader.ts';
import { EMPTY_TREE, formatTree, TREE, type TreeEntries, type TreeEntry } from './tree.ts';

interface Node {
  /** The new entry; null: a file is removed; undefined: no change. */
  leaf?: TreeEntry | null;
  /** Absent: none. Most are files, and there may be 200,000. */
  children?: Map<string, Node>;
}

/** Changes of a tree, to be made together. Only the folders of what changes are read and written. */
export class TreeEdit {
  readonly #root: Node = {};

  /** Puts something at a path, in place of what is there. */
  put(path: string, entry: TreeEntry): void {
    this.#node(path).leaf = entry;
  }

  /** Removes the file at a path. Nothing happens where there is none, or a folder. */
  remove(path: string): void {
    const node = this.#node(path);
    node.leaf ??= null;
  }

  /**
   * Writes the changed tree. `tree`: the one to begin with. Returns the new one, and the blobs that are not in it any
   * more; one that is in two places may be among them.
   */
  async apply(
    tree: string,
    reader: ObjectReader,
    objects: ObjectWriter,
  ): Promise<{ tree: string; dropped: string[] }> {
    const dropped: string[] = [];
    const changed = await build(this.#root, tree === EMPTY_TREE ? null : tree);
    return { tree: changed ?? objects.write('tree', Buffer.alloc(0)), dropped };

    async function build({ children }: Node, id: string | null): Promise<string | null> {
      const entries: TreeEntries = id === null ? new Map() : await reader.tree(id);
      await Promise.all(
        [...(children ?? [])].map(async ([name, node]) => {
          await change(entries, name, node);
        }),
      );
      return entries.size === 0 ? null : objects.write('tree', formatTree(entries));
    }

    async function change(entries: TreeEntries, name: string, node: Node): Promise<void> {
      const was = entries.get(name);
      if (node.leaf) {
        if (was) await drop(was);
        entries.set(name, node.leaf);
        return;
      }
      const isFolder = was?.mode === TREE;
      if (was && !isFolder && node.leaf === null) {
        await drop(was);
        entries.delete(name);
      }
      if (!node.children) return;
      const made = await build(node, isFolder ? was.id : null);
      if (made !== null) {
        if (was && !isFolder && node.leaf !== null) await drop(was);
        entries.set(name, { mode: TREE, id: made });
      } else if (isFolder) entries.delete(name);
    }

    async function drop({ mode, id }: TreeEntry): Promise<void> {
      if (mode !== TREE) {
        dropped.push(id);
        return;
      }
      for (const entry of (await reader.tree(id)).values()) await drop(entry);
    }
  }

  #node(path: string): Node {
    let node = this.#root;
    for (const name of namesOf(path)) {
      node.children ??= new Map();
      let child = node.children.get(name);
      if (!child) node.children.set(name, (child = {}));
      node = child;
    }
    return node;
  }
}

/** Returns what a tree has at a path; null: nothing. */
export async function entryAt(tree: string, path: string, reader: ObjectReader): Promise<TreeEntry | null> {
  let entry: TreeEntry = { mode: TREE, id: tree };
  for (const name of namesOf(path)) {
    if (entry.mode !== TREE) return null;
    const next: TreeEntry | undefined = (await reader.tree(entry.id)).get(name);
    if (!next) return null;
    entry = next;
  }
  return entry;
}
