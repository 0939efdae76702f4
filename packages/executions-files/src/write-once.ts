import { randomUUID } from 'node:crypto';
import { link, readFile, unlink, writeFile } from 'node:fs/promises';

/** The text of a file, which is made with `text` where it is not there: whole at once, whoever else makes it meanwhile. */
export async function writeOnce(path: string, text: string, mode = 0o600): Promise<string> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text, { mode, flag: 'wx', flush: true });
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await unlink(draft);
  return await readFile(path, 'utf8');
}
