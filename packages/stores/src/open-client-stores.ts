import { agentCheck, allAreRoot, noKeyForContainers } from '@cc-executor/executions';
import { openInstallationKey } from '@cc-executor/executions-files';
import { RedisEventLog, RedisExecutionStore, RedisFeed } from '@cc-executor/executions-redis';
import type { Settings, StartContext } from '@cc-executor/service-kit';
import { commandCheck } from '@cc-executor/task-rules/command-line';
import { promptCheck } from '@cc-executor/task-rules/prompts';
import { openStores } from './open-stores.ts';

type ClientConfig = Pick<
  Settings,
  | 'CC_EXECUTOR_DATA_DIR'
  | 'CC_EXECUTOR_WORKSPACES_DIR'
  | 'CC_EXECUTOR_API_KEY'
  | 'CC_EXECUTOR_KEYLESS'
  | 'ALLOWED_COMMANDS'
  | 'CC_EXECUTOR_MAX_PROMPT_TOKENS'
  | 'CC_EXECUTOR_ISOLATION'
  | 'CC_EXECUTOR_MIN_ISOLATION'
  | 'CC_EXECUTOR_LAUNCHER_SOCKET'
  | 'CC_EXECUTOR_SANDBOX_HOSTS'
> & { REDIS_URL: string };

/**
 * Opens what a service that answers clients needs: the stores, the log, the installation's key and the checks of what is
 * submitted. Rejects as `openStores` does.
 */
export async function openClientStores(
  context: Pick<StartContext<ClientConfig>, 'config' | 'logger' | 'onClose'>,
) {
  const { config } = context;
  const stores = await openStores(context, 'impatient');
  const { redis, data, archive, directory } = stores;
  // A client that already follows an execution waits until Redis is back.
  const reader = await stores.openRedis('redis-reader', 'patient');
  return {
    ...stores,
    ping: async () => {
      await redis.ping();
    },
    installationKey: await openInstallationKey(data.path, config),
    log: new RedisEventLog(reader, stores.subscriber, archive),
    feed: new RedisFeed(reader, stores.subscriber),
    store: new RedisExecutionStore(redis, { archive }),
    isolation: {
      usual: config.CC_EXECUTOR_ISOLATION,
      least: config.CC_EXECUTOR_MIN_ISOLATION,
      hasLauncher: config.CC_EXECUTOR_LAUNCHER_SOCKET !== undefined,
      hosts: config.CC_EXECUTOR_SANDBOX_HOSTS,
    },
    checkAgents: agentCheck(directory),
    checkCommands: commandCheck(config.ALLOWED_COMMANDS ?? null),
    checkPrompts: promptCheck({
      maxTokens: config.CC_EXECUTOR_MAX_PROMPT_TOKENS,
      isRoot: async () => await allAreRoot(directory),
      whyNoBox: async () => await noKeyForContainers(directory),
    }),
  };
}
