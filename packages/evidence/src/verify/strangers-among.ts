import { readdir } from 'node:fs/promises';

/** What is in a folder and is none of the folders that have to be there; a link to one is none. */
export async function strangersAmong(
  path: string,
  folders: ReadonlySet<string>,
  isOurFile: (name: string) => boolean = () => false,
): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  return entries.flatMap((entry) => {
    const { name } = entry;
    if (folders.has(name)) return entry.isDirectory() ? [] : [`${JSON.stringify(name)} is no folder`];
    return isOurFile(name) ? [] : [`${JSON.stringify(name)} is there, and no receipt knows of it`];
  });
}
