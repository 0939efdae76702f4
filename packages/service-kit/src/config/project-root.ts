import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';

/** The folder of the project: this repository, or where this is an installed package, the folder of who uses it. */
export const PROJECT_ROOT = import.meta.dirname.split(sep).includes('node_modules')
  ? usersRoot(process.cwd())
  : (nearest('pnpm-workspace.yaml', import.meta.dirname) ?? process.cwd());

/** An absolute path: a leading `~` is the home directory, and what is relative is below the project's root. */
export function absolutePath(path: string): string {
  const fromHome = path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
  return resolve(PROJECT_ROOT, fromHome);
}

/** Where a server has left its data, at or above this folder; else where there is a package.json; else the folder. */
function usersRoot(folder: string): string {
  return nearest('.cc-executor', folder) ?? nearest('package.json', folder) ?? folder;
}

function nearest(name: string, folder: string): string | null {
  if (existsSync(join(folder, name))) return folder;
  const above = dirname(folder);
  return above === folder ? null : nearest(name, above);
}
