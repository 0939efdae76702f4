export interface RedisFiles {
  /** Where the data is kept. */
  folder: string;
  socket: string;
  pidFile: string;
}

/** The configuration of the own Redis: no network, every write on disk before it is answered, nothing evicted. */
export function redisConfig({ folder, socket, pidFile }: RedisFiles): string {
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
  })
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');
}
