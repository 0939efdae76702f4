import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** The largest size of both files, in bytes. */
const MAX_BYTES = 64 * 1024;
/** The number of installations of one user that are searched. */
const MOST = 100;

/**
 * Returns the installation's key for a server at `url`, if this user's own stack runs there now: while it is down, another
 * program could listen. It is searched in CC_EXECUTOR_DATA_DIR, or in the folder of the user's state. Undefined if there
 * is none. Never throws.
 */
export function installationKeyAt(url: URL, env: Env): string | undefined {
  for (const folder of dataDirectories(env))
    try {
      const record = JSON.parse(read(join(folder, 'stack.json'))) as Record<string, unknown>;
      const isThere = typeof record['api'] === 'string' && new URL(record['api']).origin === url.origin;
      if (isThere && isRunning(record)) return read(join(folder, 'access-key')).trim() || undefined;
    } catch {
      // It has no stack, or is not this user's.
    }
  return undefined;
}

function dataDirectories(env: Env): string[] {
  const given = env['CC_EXECUTOR_DATA_DIR']?.trim() ?? '';
  if (given !== '') return isAbsolute(given) ? [given] : [];
  try {
    const root = join(stateHome(env), 'cc-executor');
    return readdirSync(root)
      .slice(0, MOST)
      .map((name) => join(root, name));
  } catch {
    return [];
  }
}

/** Source: the XDG Base Directory Specification; macOS has its own place. */
function stateHome(env: Env): string {
  const named = env['HOME']?.trim() ?? '';
  const home = isAbsolute(named) ? named : homedir();
  if (process.platform === 'darwin') return join(home, 'Library/Application Support');
  const given = env['XDG_STATE_HOME']?.trim() ?? '';
  return isAbsolute(given) ? given : join(home, '.local/state');
}

/** Returns the text of a plain file. A task may have put a link or a pipe in its place: that throws. */
function read(path: string): string {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (!fstatSync(file).isFile()) throw new Error(`${path} is not a file`);
    const bytes = Buffer.alloc(MAX_BYTES);
    return bytes.toString('utf8', 0, readSync(file, bytes, 0, MAX_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

/** Returns whether the process that wrote a record still runs, as a process of this user. */
function isRunning({ pid, started }: Record<string, unknown>): boolean {
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return false;
  // Throws if there is no such process, and for a process of another user.
  process.kill(pid, 0);
  return process.platform !== 'linux' || started === startOf(pid);
}

/** Returns the start in clock ticks after the boot (field 22 of proc_pid_stat(5)), with the id of the boot. */
function startOf(pid: number): string {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}+${fields[19] ?? ''}`;
}
