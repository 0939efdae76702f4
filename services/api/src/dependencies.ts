import { allAreRoot } from '@cc-executor/executions';
import { commandCheck } from '@cc-executor/service-kit/command-line';
import { KeySigner, readPublicKeys, SignedEnds } from '@cc-executor/evidence';
import { promptCheck } from '@cc-executor/service-kit/prompts';
import {
  EndSigner,
  EvidenceFiles,
  FileArchive,
  FileHistory,
  FileOutputReader,
  FileWorkspaces,
  openDataDirectory,
  openInstallationKey,
  openSigningKey,
} from '@cc-executor/executions-files';
import {
  checkDurability,
  checkInstallation,
  checkMemory,
  connect,
  Outbox,
  RedisEventLog,
  RedisExecutionStore,
  RedisFaults,
  RedisRestores,
  RedisRunStatistics,
  type Patience,
  RedisWorkerDirectory,
} from '@cc-executor/executions-redis';
import type { StartContext } from '@cc-executor/service-kit';
import { SnapshotStores } from '@cc-executor/workspaces';
import { join } from 'node:path';
import type { ApiConfig } from './config.ts';
import { findRepositories } from './find-repository.ts';
import { readPageFiles } from './page/page-files.ts';
import { completeRestores } from './snapshots/complete-restores.ts';
import { fewAtOnce } from './snapshots/few-at-once.ts';
import { openSigningSocket } from './signing/signing-socket.ts';

/** The number of requests that read snapshots at the same time: each starts some processes of git. */
const READS_OF_SNAPSHOTS = 8;

export type ApiDependencies = Awaited<ReturnType<typeof openDependencies>>;

/** Opens the connections and stores of the API. */
export async function openDependencies({ config, env, logger, onClose }: StartContext<ApiConfig>) {
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
  const keys = config.CC_EXECUTOR_KEYS_DIR;
  const signer = new KeySigner(await openSigningKey(keys));
  const signedEnds = new SignedEnds(keys);
  const store = new RedisExecutionStore(redis, { archive });
  const log = new RedisEventLog(reader, subscriber, archive);
  const snapshotsFolder = join(data.path, 'snapshots');
  const stores = new SnapshotStores(snapshotsFolder, {
    path: env['PATH'],
    bounds: { file: config.CC_EXECUTOR_SNAPSHOT_FILE_BYTES, snapshot: config.CC_EXECUTOR_SNAPSHOT_BYTES },
  });
  await completeRestores({ store, stores, logger });
  if (config.CC_EXECUTOR_SIGNER_SOCKET !== undefined) {
    const ends = new EndSigner({ signer, store, log, ends: signedEnds });
    const close = await openSigningSocket(config.CC_EXECUTOR_SIGNER_SOCKET, ends, (error) =>
      logger.error({ err: error }, 'an end could not be signed'),
    );
    onClose('signing', close);
  }
  return {
    installationKey,
    config,
    ping: async () => {
      await redis.ping();
    },
    checkMemory: async () => await checkMemory(redis),
    store,
    log,
    wakeUps,
    directory,
    statistics: new RedisRunStatistics(redis),
    history: new FileHistory(data.path),
    outputs: new FileOutputReader(data.path),
    snapshots: {
      store,
      folder: snapshotsFolder,
      fewAtOnce: fewAtOnce(READS_OF_SNAPSHOTS),
      path: env['PATH'],
      stores,
      restores: new RedisRestores(redis),
      workspaces,
      leaveOut: config.CC_EXECUTOR_LEAVE_OUT,
      repositories: join(data.path, 'repositories'),
    },
    evidence: new EvidenceFiles(data.path),
    /** Signs for this installation. */
    publicKey: signer.publicKey,
    signedEnds,
    /** Returns the public keys that verify evidence. */
    publicKeys: async () => await readPublicKeys(keys),
    /** The built page; null: it is not built. */
    pageFiles: await readPageFiles(),
    workspaces,
    repositories: findRepositories({
      folders: config.CC_EXECUTOR_REPOSITORIES,
      apart: [data.path, config.CC_EXECUTOR_WORKSPACES_DIR],
      path: env['PATH'],
    }),
    checkCommands: commandCheck(config.ALLOWED_COMMANDS ?? null),
    checkPrompts: promptCheck({
      maxTokens: config.CC_EXECUTOR_MAX_PROMPT_TOKENS,
      isRoot: async () => await allAreRoot(directory),
    }),
  };
}
