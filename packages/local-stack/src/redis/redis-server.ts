import { findProgram, StartFailure } from '@cc-executor/service-kit';
import { delimiter } from 'node:path';
import { findInstaller, type Installer } from './installers.ts';
import { runQuietly } from '../children/run-quietly.ts';

const SERVERS = ['redis-server', 'valkey-server'];
/** Folders of package managers that may be missing in a user's PATH. */
const USUAL_FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin'];

export interface EnsureOptions {
  /** The PATH to search. */
  searchPath: string | undefined;
  /** Shows a line to the user. */
  say: (line: string) => void;
  /** Further folders to search. */
  usualFolders?: readonly string[];
}

/** Returns the absolute path of an installed redis-server or valkey-server; null if there is none. */
export function findRedisServer(searchPath: string | undefined): string | null {
  return findProgram(SERVERS, [searchPath ?? '', ...USUAL_FOLDERS].join(delimiter));
}

/**
 * Returns the absolute path of a redis-server or valkey-server. If there is none, installs it in the way that fits
 * the system, which is announced first; if that is not possible, throws the exact command to run.
 */
export async function ensureRedisServer(options: EnsureOptions): Promise<string> {
  const { searchPath, say, usualFolders = USUAL_FOLDERS } = options;
  const path = [searchPath ?? '', ...usualFolders].join(delimiter);
  const found = findProgram(SERVERS, path);
  if (found !== null) return found;
  const installer = await findInstaller(path);
  if (installer === null) throw new StartFailure(missing('install Redis or Valkey'));
  if (installer.prefix === null) throw new StartFailure(missing(`run: ${installer.byHand}`));
  say(`Neither redis-server nor valkey-server is installed: installing one with ${installer.name}.`);
  const lastWords = await install(installer, installer.prefix);
  const installed = findProgram(SERVERS, path);
  if (installed !== null) return installed;
  throw new StartFailure(`${missing(`run: ${installer.byHand}`)}\n${installer.name} said:\n${lastWords}`);
}

/** Runs the commands, also after one has failed. Returns the last lines of the last failure. */
async function install(installer: Installer, prefix: readonly string[]): Promise<string> {
  let lastWords = '';
  for (const step of installer.steps) {
    const { code, output } = await runQuietly([...prefix, ...step.command]);
    if (code !== 0 && step.tidies !== true) lastWords = output.split('\n').slice(-5).join('\n');
    if (code === 0 && step.enough === true) break;
  }
  return lastWords;
}

function missing(remedy: string): string {
  return `cc-executor needs redis-server or valkey-server, which is not installed: ${remedy}, or set REDIS_URL to a Redis that runs already.`;
}
