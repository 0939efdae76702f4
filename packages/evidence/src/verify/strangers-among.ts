import { opendir } from 'node:fs/promises';

/** The number of entries of a folder that are named. */
const MOST = 20;

/** Returns the entries of a folder that are not among the required folders; a link to one does not count. */
export async function strangersAmong(
  path: string,
  folders: ReadonlySet<string>,
  isOurFile: (name: string) => boolean = () => false,
): Promise<string[]> {
  const strangers: string[] = [];
  const folder = await opendir(path).catch(() => null);
  if (!folder) return strangers;
  for await (const entry of folder) {
    const name = JSON.stringify(entry.name);
    if (strangers.length >= MOST) break;
    if (folders.has(entry.name)) {
      if (!entry.isDirectory()) strangers.push(`${name} is not a folder`);
    } else if (!isOurFile(entry.name) || !entry.isFile())
      strangers.push(`${name} is there, and no receipt knows of it`);
  }
  return strangers;
}
