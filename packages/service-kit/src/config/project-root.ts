import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The folder of the workspace: the nearest one above this file that has a pnpm-workspace.yaml. */
export const PROJECT_ROOT = findRoot(import.meta.dirname);

/** An absolute path: a leading `~` is the home directory, and what is relative is below the project's root. */
export function absolutePath(path: string): string {
  const fromHome = path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
  return resolve(PROJECT_ROOT, fromHome);
}

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'pnpm-workspace.yaml'))) return folder;
  const above = dirname(folder);
  return above === folder ? process.cwd() : findRoot(above);
}
