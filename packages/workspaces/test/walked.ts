import type { WorkspaceState } from '../src/index.ts';
import { nameKey } from '@cc-executor/evidence/walked-names';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What is at a path, in full: kind, permissions and content. */
export type Image = Map<string, string>;

/** Folders that the walk does not look into. */
const LEFT_OUT: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/** Nobody reads more, in bytes. */
const LARGE = 2 ** 30;

/** Returns everything in a workspace that a snapshot should have; with `all`, also what it should not. */
export function imageOf(root: string, { all = false } = {}): Image {
  const image: Image = new Map();
  const visit = (folder: Buffer, inside: string) => {
    for (const name of readdirSync(folder, { encoding: 'buffer' })) {
      const at = Buffer.concat([folder, Buffer.from('/'), name]);
      const path = inside + nameKey(name);
      const stats = lstatSync(at);
      const permissions = (stats.mode & 0o7777).toString(8);
      if (stats.isDirectory()) {
        if (!all && LEFT_OUT.has(name.toString('latin1'))) continue;
        image.set(path, `folder ${permissions}`);
        visit(at, `${path}/`);
      } else if (stats.isSymbolicLink()) image.set(path, `link ${readlinkSync(at, 'latin1')}`);
      else if (stats.size > LARGE) image.set(path, `large file ${String(stats.size)}`);
      else if (stats.isFile()) image.set(path, `file ${permissions} ${readFileSync(at, 'latin1')}`);
      else image.set(path, 'special');
    }
  };
  visit(Buffer.from(root), '');
  return new Map([...image].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Returns how a workspace differs from an earlier image, as a walk reports it. */
export function stateSince(before: Image | null, after: Image): WorkspaceState {
  const isFolder = (what: string | undefined) => what?.startsWith('folder') === true;
  const files = [...after].filter(([, what]) => !isFolder(what));
  return {
    changed: files.filter(([path, what]) => before?.get(path) !== what).map(([path]) => path),
    removed: [...(before ?? [])]
      .filter(([path, what]) => !isFolder(what) && (!after.has(path) || isFolder(after.get(path))))
      .map(([path]) => path),
    folders: [...after].filter(([, what]) => isFolder(what)).map(([path]) => path),
  };
}
