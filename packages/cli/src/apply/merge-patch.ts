import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import type { TargetRepository } from './find-target.ts';
import { NO_REPOSITORY, type RunGit } from './run-git.ts';

/** A file with a patch that fits the folder, or the paths that conflict. */
export type Merged = { patch: string } | { conflicts: string[] };

/** Of the commits that exist in the scratch repository alone. */
const NOBODY = {
  GIT_AUTHOR_NAME: 'cc-executor',
  GIT_AUTHOR_EMAIL: '<>',
  GIT_COMMITTER_NAME: 'cc-executor',
  GIT_COMMITTER_EMAIL: '<>',
};

/**
 * Merges a patch with the commit that is checked out, as `git am --3way` does: with the files that the patch was made
 * from, which the repository has if the work began from it. Returns a patch from the commit to the result, or null where
 * it does not have them. Works in a scratch repository that only reads the user's objects: no merge driver and no attribute
 * of the user's repository has an influence, and a conflict has changed nothing.
 */
export async function mergePatch(
  git: RunGit,
  { objects, format, tree }: TargetRepository,
  patch: string,
  scratch: string,
): Promise<Merged | null> {
  if (tree === null) return null;
  const repository = join(scratch, 'merge.git');
  const env = {
    ...NO_REPOSITORY,
    ...NOBODY,
    GIT_DIR: repository,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: `"${objects.replaceAll(/["\\]/g, String.raw`\$&`)}"`,
  };
  const needed = async (args: readonly string[], more: Record<string, string> = {}) => {
    const { code, stdout, stderr } = await git(args, scratch, { ...env, ...more });
    if (code !== 0) throw new CliError(EXIT.failed, `Nothing was changed: git ${args[0] ?? ''}: ${stderr}`);
    return stdout;
  };
  const id = async (args: readonly string[], more?: Record<string, string>) =>
    (await needed(args, more)).toString().trim();
  const commit = async (of: string, ...parents: string[]) =>
    await id(['commit-tree', of, ...parents.flatMap((parent) => ['-p', parent]), '-m', 'x']);

  await needed(['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, repository]);
  await needed(['read-tree', tree]);
  const ancestor = { GIT_INDEX_FILE: join(scratch, 'ancestor') };
  const build = ['apply', `--build-fake-ancestor=${ancestor.GIT_INDEX_FILE}`, patch];
  if ((await git(build, scratch, env)).code !== 0) return null;
  // It does not look whether the repository has what the patch names; this does.
  const began = await git(['write-tree'], scratch, { ...env, ...ancestor });
  if (began.code !== 0) return null;
  const base = await commit(began.stdout.toString().trim());
  await needed(['apply', '--cached', '--whitespace=nowarn', patch], ancestor);
  const theirs = await commit(await id(['write-tree'], ancestor), base);
  const ours = await commit(tree, base);
  // A folder or file that was moved here gets no changes of others.
  const merge = ['-c', 'merge.renames=false', 'merge-tree', '--write-tree', '-z', '--name-only'];
  const { code, stdout, stderr } = await git([...merge, '--no-messages', ours, theirs], scratch, env);
  const [result = '', ...conflicts] = stdout.toString().split('\0').filter(Boolean);
  if (code !== 0 && conflicts.length > 0) return { conflicts };
  if (code !== 0) throw new CliError(EXIT.failed, `Nothing was changed: git merge-tree: ${stderr}`);
  const shape = ['-r', '-p', '--binary', '--full-index', '--no-renames', '--no-color'];
  const merged = join(scratch, 'merged.patch');
  await writeFile(merged, await needed(['diff-tree', ...shape, tree, result]));
  return { patch: merged };
}
