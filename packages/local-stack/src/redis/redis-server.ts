import { findProgram, StartFailure } from '@cc-executor/service-kit';
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { exitOf } from '../children/launched.ts';
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
  /** Asks a person at a terminal; null: nobody is there. */
  ask: Ask | null;
  /** Further folders to search. */
  usualFolders?: readonly string[];
  /** Default: whether this process is root's. */
  isRoot?: boolean;
}

/** Asks a question that is answered with yes or no. */
export type Ask = (question: string) => Promise<boolean>;

/** Returns the absolute path of an installed redis-server or valkey-server; null if there is none. */
export function findRedisServer(searchPath: string | undefined): string | null {
  return findProgram(SERVERS, [searchPath ?? '', ...USUAL_FOLDERS].join(delimiter));
}

/**
 * Returns the absolute path of a redis-server or valkey-server. If there is none, installs it in the way that fits
 * the system: at a terminal after a yes, elsewhere after an announcement, and never by sudo there. If that is not
 * possible or not wanted, throws the exact command to run.
 */
export async function ensureRedisServer(options: EnsureOptions): Promise<string> {
  const { searchPath, say, ask, usualFolders = USUAL_FOLDERS, isRoot = process.getuid?.() === 0 } = options;
  const path = [searchPath ?? '', ...usualFolders].join(delimiter);
  const found = findProgram(SERVERS, path);
  if (found !== null) return found;
  const installer = findInstaller(path, isRoot);
  if (installer === null) throw new StartFailure(missing('install Redis or Valkey'));
  const { name, byHand, rights } = installer;
  const byThemselves = new StartFailure(missing(`run: ${byHand}`));
  if (rights === 'none' || (rights === 'sudo' && ask === null)) throw byThemselves;
  const none = 'Neither redis-server nor valkey-server is installed';
  if (ask === null) say(`${none}: installing one with ${name}.`);
  else if (!(await ask(`${none}, and cc-executor keeps its lists in one. Run "${byHand}" now?`)))
    throw byThemselves;
  const prefix = rights === 'sudo' ? await rightsOfSudo(path) : [];
  if (prefix === null) throw byThemselves;
  if (ask !== null) say(`Installing it with ${name}.`);
  const lastWords = await install(installer, prefix);
  const installed = findProgram(SERVERS, path);
  if (installed !== null) return installed;
  throw new StartFailure(`${missing(`run: ${byHand}`)}\n${name} said:\n${lastWords}`);
}

/** Has sudo ask for the password, at the terminal. Returns the prefix of commands after that; null: it refused. */
async function rightsOfSudo(path: string): Promise<readonly string[] | null> {
  const sudo = findProgram(['sudo'], path) ?? 'sudo';
  const asked = spawn(sudo, ['-v'], { stdio: 'inherit' });
  const { code } = await exitOf(asked);
  return code === 0 ? [sudo, '-n'] : null;
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
