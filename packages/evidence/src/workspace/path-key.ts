/** Names are bytes; names that are not UTF-8 have a prefix that no name can have. */
const MARK = '\0';

/** Returns a name as it is used in keys: the name itself or, if it is not UTF-8, a mark and its bytes as hex. */
export function nameKey(name: Buffer): string {
  const text = name.toString('utf8');
  return Buffer.from(text).equals(name) ? text : MARK + name.toString('hex');
}

/** Returns whether a part of the path is not UTF-8. */
function isRaw(key: string): boolean {
  return key.includes(MARK);
}

/** Returns the path of a key for the file system. */
export function pathOf(root: string, key: string): string | Buffer {
  if (!isRaw(key)) return key === '' ? root : `${root}/${key}`;
  return Buffer.concat([Buffer.from(`${root}/`), bytesOf(key)]);
}

/** Returns the path of a key for JSON. */
export function shownPath(key: string): { path: string; encoding?: 'base64' } {
  return isRaw(key) ? { path: bytesOf(key).toString('base64'), encoding: 'base64' } : { path: key };
}

/** Returns the bytes of a key. */
export function bytesOf(key: string): Buffer {
  const parts = key
    .split('/')
    .map((part) => (part.startsWith(MARK) ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part)));
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('/'), part])));
}

/** Returns whether one of the folders is the workspace itself, or one that the path leads through. */
export function isIn(folders: ReadonlySet<string>, path: string): boolean {
  if (folders.size === 0) return false;
  for (let end = path.lastIndexOf('/'); end !== -1; end = path.lastIndexOf('/', end - 1))
    if (folders.has(path.slice(0, end))) return true;
  return folders.has('');
}
