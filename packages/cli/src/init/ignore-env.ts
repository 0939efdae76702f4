import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CliError, EXIT } from '../exits/exit-codes.ts';

/** Patterns of a .gitignore that ignore a .env beside it, used if git is not available. */
const PATTERNS = new Set(['.env', '/.env', '.env*', '/.env*', '*.env', '*']);

/**
 * Makes git ignore the `.env` of a folder: adds a line to the `.gitignore` there, which is created if the folder belongs to
 * a repository. Returns the changed file; null: it was already ignored, or there is no repository.
 */
export async function ignoreEnv(folder: string): Promise<string | null> {
  const file = join(folder, '.gitignore');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null && !isInRepository(folder)) return null;
  if (isIgnored(folder, text ?? '')) return null;
  const separator = text === null || text === '' || text.endsWith('\n') ? '' : '\n';
  await appendFile(file, `${separator}.env\n`).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(EXIT.failed, `${file} can't be written (${String(error.code)}).`);
  });
  return file;
}

function isInRepository(folder: string): boolean {
  if (isRepository(join(folder, '.git'))) return true;
  return dirname(folder) !== folder && isInRepository(dirname(folder));
}

/** Returns whether a `.git` is one that git takes: a file that names another, or a folder with a HEAD. An empty one is not. */
function isRepository(path: string): boolean {
  try {
    return statSync(path).isFile() || existsSync(join(path, 'HEAD'));
  } catch {
    return false;
  }
}

function isIgnored(folder: string, text: string): boolean {
  try {
    // --no-index: a tracked file is not ignored, but the line is useful then too.
    execFileSync('git', ['check-ignore', '--quiet', '--no-index', '.env'], { cwd: folder, stdio: 'ignore' });
    return true;
  } catch (error) {
    if ((error as { status?: number | null }).status === 1) return false;
    return text.split('\n').some((line) => PATTERNS.has(line.trim()));
  }
}
