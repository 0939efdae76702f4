import { FileArchive, FileWorkspaces, openDataDirectory } from '@cc-executor/executions-files';
import {
  checkDurability,
  checkInstallation,
  connect,
  Outbox,
  RedisFaults,
  RedisWorkerDirectory,
  type Patience,
} from '@cc-executor/executions-redis';
import type { StartContext } from '@cc-executor/service-kit';

/** The settings that say where the stores are. */
interface StoreConfig {
  REDIS_URL: string;
  CC_EXECUTOR_DATA_DIR: string;
  CC_EXECUTOR_WORKSPACES_DIR: string;
}

type Context = Pick<StartContext<StoreConfig>, 'config' | 'logger' | 'onClose'>;

/**
 * Opens what every service needs of Redis and of the data directory, and closes it with the service. `patience`: of the
 * connection for commands. Rejects when Redis could lose data, or belongs to another data directory.
 */
export async function openStores({ config, logger, onClose }: Context, patience: Patience) {
  const faults = new RedisFaults(logger);
  const openRedis = async (name: string, as: Patience) => {
    const redis = connect(config.REDIS_URL, as, faults.ofConnection);
    faults.watch(redis);
    onClose(name, () => redis.disconnect());
    await redis.connect();
    return redis;
  };
  const redis = await openRedis('redis', patience);
  const subscriber = await openRedis('redis-subscriber', 'patient');
  await checkDurability(redis);
  const data = await openDataDirectory(config.CC_EXECUTOR_DATA_DIR);
  await checkInstallation(redis, data);
  const wakeUps = new Outbox(redis, faults.of('carrying wake-ups'));
  onClose('outbox', () => wakeUps.close());
  return {
    faults,
    /** Opens another connection. */
    openRedis,
    redis,
    subscriber,
    data,
    workspaces: new FileWorkspaces(config.CC_EXECUTOR_WORKSPACES_DIR, data.path),
    archive: new FileArchive(data.path),
    wakeUps,
    directory: new RedisWorkerDirectory(redis),
  };
}
