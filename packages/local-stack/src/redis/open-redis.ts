import { join } from 'node:path';
import type { Env, Settings } from '@cc-executor/service-kit';
import type { ServiceDetails } from '../children/service.ts';
import { Supervised } from '../children/supervised.ts';
import { checkGivenRedis } from './check-given-redis.ts';
import { launchRedis } from './own-redis.ts';
import { socketUrl } from './ping.ts';
import { ensureRedisServer, type Ask } from './redis-server.ts';
import { socketPath } from './socket-folder.ts';

export interface OpenRedisOptions {
  config: Settings;
  env: Env;
  say: (line: string) => void;
  /** Asks a person at a terminal; null: nobody is there. */
  ask: Ask | null;
  /** The folder of the logs. */
  logs: string;
  onChange: () => void;
  /** Starts it, and registers its shutdown. */
  supervise: (child: Supervised<ServiceDetails>) => Promise<ServiceDetails>;
}

/** Returns the URL of the Redis to use: the configured one, once it answers, or a private one, which is started. */
export async function openRedis(options: OpenRedisOptions): Promise<string> {
  const { config, env, say, ask, logs, onChange, supervise } = options;
  if (config.REDIS_URL !== undefined) {
    await checkGivenRedis(config.REDIS_URL);
    return config.REDIS_URL;
  }
  const server = await ensureRedisServer({ searchPath: env['PATH'], say, ask });
  const folder = join(config.CC_EXECUTOR_DATA_DIR, 'redis');
  const socket = await socketPath(folder);
  const launch = () => launchRedis({ server, folder, socket, logFile: join(logs, 'redis.log'), say });
  await supervise(new Supervised<ServiceDetails>({ name: 'redis', launch, say, onChange }));
  return socketUrl(socket);
}
