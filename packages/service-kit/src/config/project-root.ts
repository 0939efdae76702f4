import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';

/**
 * Returns the folder of this installation: this repository or, for an installed package, the folder of
 * the `node_modules` that it lies in. The current directory never counts: its files may be
 * from a stranger.
 */
export const INSTALLATION_ROOT = installationRoot(import.meta.dirname);

/** Returns an absolute path: a leading `~` is the home directory, and a relative path is resolved against the base below. */
export function absolutePath(path: string): string {
  const fromHome = path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path;
  return resolve(relativeBase(), fromHome);
}

/** Returns whether `path` is `folder` or lies below it; both are absolute. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** A command that is installed elsewhere, such as globally, resolves paths in the current directory. */
function relativeBase(): string {
  const isPackage = import.meta.dirname.split(sep).includes('node_modules');
  return isPackage && !isWithin(INSTALLATION_ROOT, process.cwd()) ? process.cwd() : INSTALLATION_ROOT;
}

/** Returns the folder of the installation to which the code in `folder` belongs. */
export function installationRoot(folder: string): string {
  const parts = folder.split(sep);
  const modules = parts.indexOf('node_modules');
  if (modules >= 0) return parts.slice(0, modules).join(sep) || sep;
  return nearest('pnpm-workspace.yaml', folder) ?? process.cwd();
}

function nearest(name: string, folder: string): string | null {
  if (existsSync(join(folder, name))) return folder;
  const above = dirname(folder);
  return above === folder ? null : nearest(name, above);
}
