import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A folder's files, by their paths in it. */
export type Files = Map<string, Buffer>;

export async function readFolder(root: string): Promise<Files> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files: Files = new Map();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(root.length + 1), await readFile(path));
  }
  return files;
}

/** Makes the folder have these files and no others; `now`: what it has. */
export async function writeFolder(root: string, now: Files, files: Files): Promise<void> {
  for (const path of now.keys()) if (!files.has(path)) await rm(join(root, path));
  for (const [path, content] of files) {
    if (now.get(path)?.equals(content)) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

/** True when both have the same files with the same content. */
export function isSame(a: Files, b: Files): boolean {
  return a.size === b.size && [...a].every(([path, content]) => b.get(path)?.equals(content));
}
