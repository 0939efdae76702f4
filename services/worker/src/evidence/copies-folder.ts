import { lstat, readdir } from 'node:fs/promises';

/** The file that says that the tasks of an execution work in copies, and which one it is. No task has such a number. */
export const COPIES_MARK = 'used';
/** A copy of a task, one that is being made, one with a conflict; the clone's repository. */
const OURS = /^(\d+(-conflict|\.new)?|clone(\.new)?)$/;

/**
 * Returns the names of the copies in an execution's folder of copies; null where no folder is, such as where a task has put a
 * link in its place: it may lead to a folder of the user. Nothing else that is in there was created here.
 */
export async function copiesIn(folder: string): Promise<string[] | null> {
  const found = await lstat(folder).catch(() => null);
  if (!found?.isDirectory()) return null;
  return (await readdir(folder)).filter((name) => OURS.test(name));
}
