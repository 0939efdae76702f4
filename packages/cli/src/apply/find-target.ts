import { lstat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import type { RunGit } from './run-git.ts';

/** The git repository whose working tree has the folder. */
export interface TargetRepository {
  /** From the root of the working tree to the folder, with a slash at the end, in latin1; empty: it is the root. */
  prefix: string;
  /** The absolute path of its objects. */
  objects: string;
  /** `sha1` or `sha256`. */
  format: string;
  /** The tree of the folder in the commit that is checked out; null: there is none. */
  tree: string | null;
}

/** The folder that the changes are brought into. */
export interface Target {
  folder: string;
  /** Null: the folder is in no repository. */
  repository: TargetRepository | null;
}

/** Options that disable the programs and settings of a configuration, except filters. */
const SAFE = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'] as const;

/**
 * Returns the folder that the changes are brought into. `fromRoot`: the paths of the patch begin at the root of a working
 * tree, so that it is the root of the one around `cwd`. Throws for a folder that is git's own.
 */
export async function findTarget(git: RunGit, cwd: string, fromRoot: boolean): Promise<Target> {
  const ask = async (folder: string, ...args: string[]) => await git([...SAFE, 'rev-parse', ...args], folder);
  const inside = await ask(cwd, '--is-inside-work-tree');
  if (inside.code !== 0 && inside.stderr.includes('not a git repository'))
    return { folder: cwd, repository: null };
  if (inside.code !== 0) throw new CliError(EXIT.failed, `Nothing was changed: git says ${inside.stderr}`);
  if (text(inside.stdout) !== 'true')
    throw new CliError(
      EXIT.usage,
      'This is inside a bare repository or a .git folder; go to the folder whose files should change.',
    );
  // A repository that ignores the folder, such as one of a whole home folder, has no opinion on what is in it.
  if (!fromRoot && (await git([...SAFE, 'check-ignore', '--quiet', cwd], cwd)).code === 0)
    return { folder: cwd, repository: null };
  const folder = fromRoot ? resolve(cwd, text((await ask(cwd, '--show-cdup')).stdout)) : cwd;
  const [prefix, objects, format, tree] = await Promise.all([
    ask(folder, '--show-prefix'),
    ask(folder, '--git-path', 'objects'),
    ask(folder, '--show-object-format'),
    ask(folder, '--verify', '--quiet', 'HEAD:./'),
  ]);
  const repository = {
    prefix: prefix.stdout.toString('latin1').replace(/\n$/, ''),
    objects: resolve(folder, text(objects.stdout)),
    format: text(format.stdout),
    tree: tree.code === 0 ? text(tree.stdout) : null,
  };
  return { folder, repository };
}

/**
 * Returns which of these paths, in latin1, differ in the folder from the commit that is checked out, or are not in it
 * though they exist. Runs no filter, hook or monitor.
 */
export async function uncommitted(
  git: RunGit,
  folder: string,
  { prefix }: TargetRepository,
  paths: ReadonlySet<string>,
): Promise<string[]> {
  const args = ['--porcelain=v1', '-z', '--untracked-files=all', '--ignored=matching', '--no-renames'];
  const { code, stdout, stderr } = await git(
    [...SAFE, 'status', ...args, '--ignore-submodules=all', '--', '.'],
    folder,
    await withoutFilters(git, folder),
  );
  if (code !== 0) throw new CliError(EXIT.failed, `Nothing was changed: git says ${stderr}`);
  const entries = stdout.toString('latin1').split('\0');
  const changed = entries.map((entry) => entry.slice(3)).filter((path) => path.startsWith(prefix));
  const below = new Set(changed.map((path) => path.slice(prefix.length)));
  // Of a folder that is ignored as a whole, git names no files.
  const isThere = async (path: string) =>
    await lstat(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')])).then(
      () => true,
      () => false,
    );
  const dirty: string[] = [];
  for (const path of paths)
    if (below.has(path) || (foldersOf(path).some((above) => below.has(above)) && (await isThere(path))))
      dirty.push(path);
  return dirty;
}

/** The folders above a path, as git names those that it ignores as a whole: with a slash at the end. */
function foldersOf(path: string): string[] {
  return [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1));
}

/** Variables that switch off each filter that some configuration names: an empty one is none. */
async function withoutFilters(git: RunGit, folder: string): Promise<Record<string, string>> {
  const args = ['config', '-z', '--name-only', '--get-regexp', String.raw`^filter\.`];
  const names = (await git(args, folder)).stdout.toString().split('\0').filter(Boolean);
  const pairs = [...new Set(names)].flatMap((name, at) => [
    [`GIT_CONFIG_KEY_${String(at)}`, name],
    [`GIT_CONFIG_VALUE_${String(at)}`, name.endsWith('.required') ? 'false' : ''],
  ]);
  return { GIT_CONFIG_COUNT: String(pairs.length / 2), ...Object.fromEntries(pairs) };
}

function text(printed: Buffer): string {
  return printed.toString().replace(/\n$/, '');
}
