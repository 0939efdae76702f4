import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CliError, EXIT } from '../exits/exit-codes.ts';
import { onInterrupt } from '../exits/interrupts.ts';
import { oneLine } from '../print/print.ts';
import { uncommitted, type Target } from './find-target.ts';
import { KeptFiles } from './kept-files.ts';
import { mergePatch } from './merge-patch.ts';
import { NO_REPOSITORY, type GitAnswer, type RunGit } from './run-git.ts';

/** The number of lines of a reason that are reported. */
const LINES = 20;

/** The result of applying a patch. */
export interface Applied {
  outcome: 'applied' | 'would_apply' | 'nothing_to_apply' | 'already_there';
  /** Whether it had to be merged with what has changed in the repository. */
  merged: boolean;
  /** The changed paths, in latin1. */
  paths: string[];
}

export interface ApplyOptions {
  git: RunGit;
  target: Target;
  /** The file with the patch. */
  patch: string;
  /** An empty folder of ours, for copies. It has to stay where this rejects with KeptCopiesError. */
  scratch: string;
  /** Changes nothing. */
  dryRun: boolean;
}

/** The files could not be put back; the copies of them are needed. */
export class KeptCopiesError extends CliError {}

/** Brings a patch into a folder: all of it, or nothing. Rejects with a CliError that says why nothing was changed. */
export async function applyPatch(options: ApplyOptions): Promise<Applied> {
  const { git, target, patch, scratch } = options;
  if ((await stat(patch)).size === 0) return { outcome: 'nothing_to_apply', merged: false, paths: [] };
  const paths = await pathsOf(options, patch);
  const check = await plain(options, patch, '--check');
  // Also a patch that fits can be there already, such as one more of many equal lines: then it is applied again.
  if (check.code !== 0 && (await plain(options, patch, '--check', '--reverse')).code === 0)
    return { outcome: 'already_there', merged: false, paths: [] };
  const { repository, folder } = target;
  if (repository === null) {
    if (check.code !== 0) throw refusal('the files are not as the patch expects', errorsOf(check));
    return await write(options, patch, paths, false);
  }
  const dirty = await uncommitted(git, folder, repository, paths);
  if (dirty.length > 0)
    throw refusal(
      'the patch touches files with uncommitted changes; commit or stash them first',
      dirty.map(shown),
    );
  if (check.code === 0) return await write(options, patch, paths, false);
  const merged = await mergePatch(git, repository, patch, scratch);
  if (merged === null)
    throw refusal(
      'the files are not as the patch expects, nor has the repository what it was made from',
      errorsOf(check),
    );
  if ('conflicts' in merged)
    throw refusal(
      'it conflicts with what is here ("cc-executor diff" prints the patch, and "git apply --3way" leaves marks in the files)',
      merged.conflicts,
    );
  if ((await stat(merged.patch)).size === 0) return { outcome: 'already_there', merged: true, paths: [] };
  const fits = await plain(options, merged.patch, '--check');
  if (fits.code !== 0) throw refusal('the files are not as they were committed', errorsOf(fits));
  return await write(options, merged.patch, await pathsOf(options, merged.patch), true);
}

async function write(
  options: ApplyOptions,
  patch: string,
  paths: ReadonlySet<string>,
  merged: boolean,
): Promise<Applied> {
  if (options.dryRun) return { outcome: 'would_apply', merged, paths: [...paths] };
  const copies = join(options.scratch, 'copies');
  const kept = await KeptFiles.take(options.target.folder, paths, copies);
  const listenAgain = onInterrupt(() => undefined);
  try {
    const done = await plain(options, patch);
    if (done.code === 0) return { outcome: 'applied', merged, paths: [...paths] };
    await kept.putBack().catch((error: unknown) => {
      throw new KeptCopiesError(
        EXIT.failed,
        `git failed in the middle (${done.stderr}), and the files could not be put back (${(error as Error).message}). Copies of them are in ${copies}.`,
      );
    });
    throw refusal('git could not write', errorsOf(done));
  } finally {
    listenAgain();
  }
}

/** git applies it as to any folder: what a repository around it configures has no influence, and nothing is staged. */
async function plain({ git, target }: ApplyOptions, patch: string, ...args: string[]): Promise<GitAnswer> {
  return await git(['apply', '--whitespace=nowarn', ...args, patch], target.folder, NO_REPOSITORY);
}

/** Returns the paths that a patch touches, in latin1. Throws for what git does not take, such as a path out of the folder. */
async function pathsOf(options: ApplyOptions, patch: string): Promise<Set<string>> {
  const answer = await plain(options, patch, '--numstat', '-z');
  if (answer.code !== 0) throw refusal('git does not take the patch', errorsOf(answer));
  const entries = answer.stdout.toString('latin1').split('\0').filter(Boolean);
  return new Set(entries.map((entry) => entry.replace(/^[^\t]*\t[^\t]*\t/, '')));
}

function refusal(why: string, lines: readonly string[]): CliError {
  const more = lines.length > LINES ? [`and ${String(lines.length - LINES)} more`] : [];
  const listed = [...lines.slice(0, LINES), ...more].map((line) => `\n  ${oneLine(line)}`);
  return new CliError(
    EXIT.failed,
    `Nothing was changed: ${why}${listed.length > 0 ? ':' : '.'}${listed.join('')}`,
  );
}

function errorsOf({ stderr }: GitAnswer): string[] {
  const lines = stderr.split('\n').filter((line) => /^(?:error|fatal): /.test(line));
  return lines.map((line) => line.replace(/^(?:error|fatal): /, ''));
}

function shown(path: string): string {
  return Buffer.from(path, 'latin1').toString();
}
