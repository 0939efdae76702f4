import {
  claudeAuthStatus,
  credentialFingerprint,
  endpointFingerprint,
  methodInUse,
  type ClaudeOptions,
} from '@cc-executor/agents';
import type { ExecutionStore } from '@cc-executor/executions';
import { RedisCredentialBook, RedisOutages } from '@cc-executor/executions-redis';
import type { StartContext } from '@cc-executor/service-kit';
import type { openStores } from '@cc-executor/stores';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { WorkerConfig } from '../config.ts';
import { Credential } from '../credential/credential.ts';
import { ModelReach } from '../credential/model-reach.ts';
import { RecoveryWatch } from '../credential/recovery-watch.ts';
import { tryCredential } from '../credential/try-credential.ts';
import { WatchedAuth } from '../credential/watched-auth.ts';
import type { Processes } from './open-processes.ts';

/** Opens what is known of the credential and of the way to the model, which all workers share. */
export function openCredential(
  { config, logger, onClose }: StartContext<WorkerConfig>,
  { redis, data, wakeUps }: Awaited<ReturnType<typeof openStores>>,
  {
    claude,
    store,
    helpers,
    env,
  }: {
    claude: ClaudeOptions;
    store: ExecutionStore;
    helpers: Processes['helpers'];
    env: Readonly<Record<string, string>>;
  },
) {
  const loginDirectory = env['CLAUDE_CONFIG_DIR'] ?? join(homedir(), '.claude');
  const fingerprint = credentialFingerprint(claude.baseEnv, data.id);
  const credential = new Credential(new RedisCredentialBook(redis), fingerprint, methodInUse(claude.baseEnv));
  const reach = new ModelReach({
    outages: new RedisOutages(redis),
    names: { outage: endpointFingerprint(claude.baseEnv, data.id), refusal: fingerprint },
    longestInterval: config.CC_EXECUTOR_PROBE_INTERVAL * 1000,
    credentialIntervals: config.CC_EXECUTOR_CREDENTIAL_RETRY.map((one) => one * 1000),
  });
  const recovery = new RecoveryWatch({ store, wakeUps, reach, logger });
  onClose('recovery', () => recovery.close());
  const auth = new WatchedAuth({
    ask: () => claudeAuthStatus({ ...claude, launch: helpers.launch }),
    tryIt: config.CC_EXECUTOR_TRY_CREDENTIAL ? tryCredential(credential, claude.baseEnv, logger) : null,
    loginFile: join(loginDirectory, '.credentials.json'),
    lastUse: () => credential.lastUse(),
  });
  return { credential, reach, auth };
}
