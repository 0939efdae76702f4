import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the page, as it is sent. */
export interface PageFile {
  bytes: Buffer;
  gzip: Buffer;
  type: string;
  etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Where the built page is: beside this in the package of the command, else in its own folder of the project. */
const FOLDERS = [
  join(import.meta.dirname, 'files'),
  join(import.meta.dirname, '../../../../packages/dashboard/dist'),
];

/** Reads the built page into memory, by its addresses; null: it is not built. */
export async function readPageFiles(
  folders: readonly string[] = FOLDERS,
): Promise<Map<string, PageFile> | null> {
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
    const files = new Map<string, PageFile>();
    for (const entry of entries) {
      const type = TYPES[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      const path = join(entry.parentPath, entry.name);
      const bytes = await readFile(path);
      const gzip = gzipSync(bytes, { level: 9 });
      const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
      files.set(path.slice(folder.length).replaceAll('\\', '/'), { bytes, gzip, type, etag });
    }
    if (files.has('/index.html')) return files;
  }
  return null;
}
