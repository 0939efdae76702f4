/** The name of the process; not a name by which a task would kill processes. */
export const PROCESS_NAME = 'cc-executor-store';

export interface RedisFiles {
  /** The folder of the data. */
  folder: string;
  socket: string;
  /** Major and minor version of the server. */
  version: readonly [number, number];
  pidFile: string;
}

/**
 * The permissions of everyone who can open the socket: all except removing all data, ending the server or changing its
 * configuration. A task that runs as the same user could read any password, so there is none.
 */
function permissions([major, minor]: readonly [number, number]): Record<string, string> {
  // Redis 5 has no permissions; those for channels came with 6.2.
  if (major < 6) return {};
  const channels = major > 6 || minor >= 2 ? ' &*' : '';
  return { 'user default': `on nopass ~*${channels} +@all -@dangerous +info +client +config|get` };
}

function title([major, minor]: readonly [number, number]): Record<string, string> {
  return major > 6 || (major === 6 && minor >= 2) ? { 'proc-title-template': `"${PROCESS_NAME}"` } : {};
}

/** Returns the configuration of the private Redis: no network, every write on disk before its reply, nothing evicted. */
export function redisConfig({ folder, socket, pidFile, version }: RedisFiles): string {
  return Object.entries({
    port: '0',
    unixsocket: JSON.stringify(socket),
    unixsocketperm: '700',
    dir: JSON.stringify(folder),
    pidfile: JSON.stringify(pidFile),
    daemonize: 'no',
    save: '""',
    appendonly: 'yes',
    appendfsync: 'always',
    'aof-load-truncated': 'yes',
    'maxmemory-policy': 'noeviction',
    ...permissions(version),
    ...title(version),
  })
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');
}
