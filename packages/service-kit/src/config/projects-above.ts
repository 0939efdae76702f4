import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The entries by which git, npm and Node recognise the project of a folder. */
const SIGNS = ['.git', 'package.json'];

/** Returns the nearest `.git` and the nearest `package.json` in `folder` or above it, as absolute paths. */
function projectsAbove(folder: string): string[] {
  const start = realOfNearest(folder);
  return SIGNS.map((name) => nearest(name, start)).filter((path) => path !== null);
}

/** Returns a warning about a root of workspaces whose tasks find a project above them; null if there is none. */
export function workspacesWarning(workspaces: string): { what: string; cure: string } | null {
  const found = projectsAbove(workspaces);
  if (found.length === 0) return null;
  return {
    what: `The workspaces (${workspaces}) are inside of a project: programs of a task that look upwards find ${found.join(' and ')}.`,
    cure: 'Set CC_EXECUTOR_WORKSPACES_DIR to a folder outside of it.',
  };
}

/** Returns the real path of the folder, or of the nearest existing one above it. */
function realOfNearest(folder: string): string {
  if (existsSync(folder)) return realpathSync(folder);
  const above = dirname(folder);
  return above === folder ? folder : realOfNearest(above);
}

function nearest(name: string, folder: string): string | null {
  const path = join(folder, name);
  if (name === '.git' ? isRepository(path) : existsSync(path)) return path;
  const above = dirname(folder);
  return above === folder ? null : nearest(name, above);
}

/** Returns whether a `.git` is one that git takes: a file that names another, or a folder with a HEAD. An empty one is not. */
function isRepository(path: string): boolean {
  try {
    return statSync(path).isFile() || existsSync(join(path, 'HEAD'));
  } catch {
    return false;
  }
}
