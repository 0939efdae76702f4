import { FORWARDER, INSIDE, sharedFolders } from '@cc-executor/sandbox/protocol';
import { FORWARD_PROGRAM } from '@cc-executor/sandbox';
import { findProgram, makeOwnFolder } from '@cc-executor/service-kit';
import { randomUUID } from 'node:crypto';
import {
  access,
  chmod,
  constants,
  copyFile,
  cp,
  lchown,
  link,
  mkdir,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Copies the programs that connect containers to other hosts to a folder that containers see. `socket`: the launcher's; `searchPath`: where Node is
 * looked for if its running program cannot be read.
 */
export async function placeForwarder(socket: string, searchPath = ''): Promise<void> {
  const { program } = sharedFolders(socket, '');
  await makeOwnFolder(program, { mode: 0o755 });
  const isReadable = await access(process.execPath, constants.R_OK).then(
    () => true,
    () => false,
  );
  const node = isReadable ? process.execPath : findProgram(['node'], searchPath);
  if (node === null) throw new Error('There is no Node that can be placed in containers.');
  await placeProgram(node, join(program, FORWARDER.node));
  await placeProgram(FORWARD_PROGRAM, join(program, FORWARDER.program), 'copy');
}

/**
 * Puts a program where containers see it, as another name of the same file where that can be. Another worker may do so at the
 * same time.
 */
export async function placeProgram(from: string, to: string, how: 'link' | 'copy' = 'link'): Promise<void> {
  const [there, own] = await Promise.all([stat(to).catch(() => null), stat(from)]);
  if (there?.size === own.size && there.mtimeMs >= own.mtimeMs) return;
  const draft = `${to}-${randomUUID()}`;
  const copy = async () => {
    await copyFile(from, draft);
    await chmod(draft, 0o755);
  };
  if (how === 'copy') await copy();
  else await link(from, draft).catch(copy);
  await rename(draft, to);
}

/**
 * Copies a folder of a program to where containers see it, once for each version of it, and returns the copy. `to`: the
 * beginning of its path.
 */
export async function placeFolder(from: string, to: string): Promise<string> {
  const { mtimeMs } = await stat(from);
  const place = `${to}-${String(Math.round(mtimeMs))}`;
  if ((await stat(place).catch(() => null)) !== null) return place;
  const draft = `${place}-${randomUUID()}`;
  await cp(from, draft, { recursive: true, mode: constants.COPYFILE_FICLONE });
  await rename(draft, place).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true, force: true });
    // Another worker was first.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return place;
}

/**
 * Makes the home folder of an agent among the files of an execution, for the processes of its containers. Returns its path as
 * they see it.
 */
export async function makeHome(
  files: string,
  name: string,
  { uid, gid }: { uid: number; gid: number },
): Promise<string> {
  const home = join(files, name);
  await mkdir(home, { recursive: true, mode: 0o700 });
  if (process.getuid?.() === 0) await lchown(home, uid, gid);
  return join(INSIDE.files, name);
}
