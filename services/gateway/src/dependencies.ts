import { allAreRoot } from '@cc-executor/executions';
import { commandCheck } from '@cc-executor/service-kit/command-line';
import { promptCheck } from '@cc-executor/service-kit/prompts';
import {
  FileArchive,
  FileWorkspaces,
  openDataDirectory,
  openInstallationKey,
} from '@cc-executor/executions-files';
import {
  checkDurability,
  checkInstallation,
  connect,
  Outbox,
  RedisEventLog,
  RedisExecutionStore,
  RedisFaults,
  RedisWorkerDirectory,
  type Patience,
} from '@cc-executor/executions-redis';
import type { StartContext } from '@cc-executor/service-kit';
import type { GatewayConfig } from './config.ts';

export type GatewayDependencies = Awaited<ReturnType<typeof openDependencies>>;

/** Opens the connections and stores of the gateway. */
export async function openDependencies({ config, logger, onClose }: StartContext<GatewayConfig>) {
  const faults = new RedisFaults(logger);
  const open = async (name: string, patience: Patience = 'impatient') => {
    const redis = connect(config.REDIS_URL, patience, faults.ofConnection);
    faults.watch(redis);
    onClose(name, () => redis.disconnect());
    await redis.connect();
    return redis;
  };
  const redis = await open('redis');
  // A client that already follows an execution waits until Redis is back.
  const reader = await open('redis-reader', 'patient');
  const subscriber = await open('redis-subscriber', 'patient');
  await checkDurability(redis);
  const data = await openDataDirectory(config.CC_EXECUTOR_DATA_DIR);
  await checkInstallation(redis, data);
  const installationKey = await openInstallationKey(data.path, config);
  const workspaces = new FileWorkspaces(config.CC_EXECUTOR_WORKSPACES_DIR, data.path);
  const archive = new FileArchive(data.path);
  const wakeUps = new Outbox(redis, faults.of('carrying wake-ups'));
  onClose('outbox', () => wakeUps.close());
  const directory = new RedisWorkerDirectory(redis);
  return {
    config,
    installationKey,
    ping: async () => {
      await redis.ping();
    },
    log: new RedisEventLog(reader, subscriber, archive),
    store: new RedisExecutionStore(redis, { archive }),
    wakeUps,
    directory,
    workspaces,
    checkCommands: commandCheck(config.ALLOWED_COMMANDS ?? null),
    checkPrompts: promptCheck({
      maxTokens: config.CC_EXECUTOR_MAX_PROMPT_TOKENS,
      isRoot: async () => await allAreRoot(directory),
    }),
  };
}
