import { namesIn, namesInSync } from '@cc-executor/evidence/plain-files';
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Git, type GitProgram } from './git.ts';

/** The only configuration that counts. Names are bytes here, and nothing is collected unasked. */
const CONFIG = `[core]
	repositoryformatversion = 0
	filemode = true
	bare = true
	autocrlf = false
	ignorecase = false
	precomposeunicode = false
	protectNTFS = false
	protectHFS = false
	logAllRefUpdates = false
	hooksPath = /dev/null
[gc]
	auto = 0
[maintenance]
	auto = false
`;
/** Wins over every .gitattributes that a snapshot has in it. */
const ATTRIBUTES =
  '* !diff !text !filter !ident !eol !working-tree-encoding !merge !conflict-marker-size -export-ignore -export-subst\n';
const NAME = 'objects.git';

/** Returns where the repository in a folder is. */
export function repositoryIn(folder: string): string {
  return join(folder, NAME);
}

/**
 * Opens the bare repository in a folder, and makes it where there is none: whole or not at all. The caller has the lock.
 * Throws a SnapshotError where git can't be used.
 */
export async function openRepository(program: GitProgram, folder: string): Promise<Git> {
  const path = repositoryIn(folder);
  const git = new Git(program, path);
  await git.checkVersion();
  for (const name of (await namesIn(folder)) ?? [])
    if (name.startsWith(`${NAME}.`)) await rm(join(folder, name), { recursive: true, force: true });
  const there = await lstat(path).catch(() => null);
  if (!there) await make(program, path);
  return git;
}

/** HEAD stays without a commit: some versions read attributes from there. */
async function make(program: GitProgram, path: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  const init = ['init', '--quiet', '--bare', '--template=', '--object-format=sha1', '--initial-branch=none'];
  await new Git(program, draft).run([...init, draft]);
  await writeFile(join(draft, 'config'), CONFIG);
  await mkdir(join(draft, 'info'), { recursive: true });
  await writeFile(join(draft, 'info', 'attributes'), ATTRIBUTES);
  await rename(draft, path);
}

/** From this number of loose objects on, a repository is packed. */
export const MANY_LOOSE = 5000;
/** From this number of packs on too: each is looked through for an object. */
export const MANY_PACKS = 10;
/** Loose objects are spread evenly over folders, by the first byte of their ids. */
const FOLDERS = 256;

/** Returns about how many loose objects a repository has: by one of their folders, as git itself estimates it. */
export function looseObjectsIn(repository: string): number {
  return namesInSync(join(repository, 'objects', '17')).length * FOLDERS;
}

/** Returns how many packs a repository has. */
export function packsIn(repository: string): number {
  return namesInSync(join(repository, 'objects', 'pack')).filter((name) => name.endsWith('.pack')).length;
}
