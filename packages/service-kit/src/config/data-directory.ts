import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { ConfigError } from './config-error.ts';
import { INSTALLATION_ROOT } from './project-root.ts';
import type { Env } from './settings.ts';

/** The file of a data directory with the key that other users need if no key is set. */
export const INSTALLATION_KEY_FILE = 'access-key';

/** The files that earlier versions created in the folder of the installation. */
const EARLIER = join(INSTALLATION_ROOT, '.cc-executor');
/** A folder with one of these holds an installation's data. */
const SIGNS = ['id', 'redis', 'executions', 'history'];

/**
 * Returns where an installation keeps its data by default: outside of every project, since git, npm and Node
 * search upwards from the workspaces in it. Each installation has its own. Data in the earlier place, in the folder of the
 * installation, is still used until it is moved.
 */
export function defaultDataDirectory(env: Env): string {
  return dataToMove(env)?.from ?? ownDirectory(env);
}

/** Returns where data of an earlier version still lies, and where it belongs; null if there is nothing to move. */
export function dataToMove(env: Env): { from: string; to: string } | null {
  if (env['CC_EXECUTOR_DATA_DIR']?.trim()) return null;
  const to = ownDirectory(env);
  return holdsData(EARLIER) && !holdsData(to) ? { from: EARLIER, to } : null;
}

function ownDirectory(env: Env): string {
  const hash = createHash('sha256').update(INSTALLATION_ROOT).digest('hex').slice(0, 8);
  const name = basename(INSTALLATION_ROOT).replaceAll(/[^A-Za-z0-9._-]+/g, '-');
  return join(stateHome(env), 'cc-executor', `${name || 'root'}-${hash}`);
}

/** Source: the XDG Base Directory Specification, by which a relative path is ignored; macOS has its own place. */
function stateHome(env: Env): string {
  if (process.platform === 'darwin') return join(homeOf(env), 'Library/Application Support');
  const given = env['XDG_STATE_HOME']?.trim() ?? '';
  return isAbsolute(given) ? given : join(homeOf(env), '.local/state');
}

/** Returns `HOME` if it is an absolute path, else the system's entry. Throws a ConfigError if there is neither. */
function homeOf(env: Env): string {
  const given = env['HOME']?.trim() ?? '';
  const home = isAbsolute(given) ? given : systemHome();
  if (home !== null) return home;
  throw new ConfigError([
    'CC_EXECUTOR_DATA_DIR: must be set, since this user has no home directory: HOME is not an absolute path, and the system knows none',
  ]);
}

/** Null for a user without an entry, as in a container that runs under any uid. */
function systemHome(): string | null {
  try {
    const { homedir } = userInfo();
    return isAbsolute(homedir) ? homedir : null;
  } catch {
    return null;
  }
}

function holdsData(folder: string): boolean {
  return SIGNS.some((name) => existsSync(join(folder, name)));
}
