import { basename, delimiter, dirname, normalize, sep } from 'node:path';
import { INSTALLATION_ROOT, isWithin } from './project-root.ts';
import type { Env } from './settings.ts';

/** Variables that only npm, pnpm, Yarn and Corepack set, for what they run. */
const ALWAYS = /^(npm_(command|execpath|node_execpath|lifecycle_\w+|package_.+)|INIT_CWD|BERRY_BIN_FOLDER)$/;
/** The same if one of them started this process; otherwise a user may have set these. */
const WHERE_STARTED =
  /^(npm_.+|pnpm_config_.+|PNPM_(SCRIPT_SRC_DIR|PACKAGE_NAME)|COREPACK_ROOT|NODE|COLOR|PROJECT_CWD|YARN_IGNORE_PATH)$/;
const STARTED_BY = ['npm_execpath', 'npm_lifecycle_event', 'npm_command'];
/** npm's default, which it sets if the user has not. */
const DEFAULT_EDITOR = 'vi';

/**
 * Returns `env` without what a package manager added for the start of this program: a task that inherits it would find the
 * programs and the settings of this installation in place of the user's. `NPM_CONFIG_*` in capitals, which only users
 * set, is kept. `npm_config_*` of a user cannot be distinguished from npm's own if npm started this process, and is dropped then.
 */
export function withoutPackageManager(env: Env): Record<string, string> {
  const isStarted = STARTED_BY.some((name) => env[name] !== undefined);
  const projects = [INSTALLATION_ROOT, ...(isStarted ? projectsOf(env) : [])];
  const isAdded = (entry: string) =>
    /^(node-gyp-bin$|yarn--\d|xfs-|bun-node)/.test(basename(entry)) ||
    entry === env['BERRY_BIN_FOLDER'] ||
    (isStarted && /\/_npx\/[0-9a-f]+\/node_modules\/\.bin$/.test(entry)) ||
    projects.some((project) => isBinOf(entry, project));
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || ALWAYS.test(name) || (isStarted && WHERE_STARTED.test(name))) continue;
    if (isStarted && name === 'EDITOR' && (value === DEFAULT_EDITOR || value === env['VISUAL'])) continue;
    const clean = usersValue(name, value, isAdded);
    if (clean !== '' || value === '') kept[name] = clean;
  }
  return kept;
}

/** Returns the folders whose programs a package manager has put on the PATH. */
function projectsOf(env: Env): string[] {
  const { INIT_CWD: cwd, npm_config_local_prefix: prefix, npm_package_json: manifest } = env;
  const folders = [cwd, prefix, manifest === undefined ? undefined : dirname(manifest)];
  return folders.filter((folder): folder is string => folder !== undefined && folder !== '');
}

function usersValue(name: string, value: string, isAdded: (entry: string) => boolean): string {
  const rejects = { PATH: isAdded, NODE_PATH: isOfPnpm }[name];
  if (rejects === undefined) return value;
  const entries = value.split(delimiter);
  return entries.filter((entry) => !rejects(entry)).join(delimiter);
}

/** pnpm's start scripts of programs set NODE_PATH. */
function isOfPnpm(entry: string): boolean {
  return normalize(entry).includes('/node_modules/.pnpm/');
}

/** Returns whether it is a `node_modules/.bin` of a project, of a folder below it, or of one above it. */
function isBinOf(entry: string, project: string): boolean {
  if (!entry.startsWith(sep) || !normalize(entry).endsWith('/node_modules/.bin')) return false;
  const owner = dirname(dirname(normalize(entry)));
  return isWithin(owner, project) || isWithin(project, owner);
}
