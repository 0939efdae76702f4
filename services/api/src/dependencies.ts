import type { RepositoryRecord } from '@cc-executor/contracts';
import { KeySigner, readPublicKeys, SignedEnds } from '@cc-executor/evidence';
import {
  EndSigner,
  EvidenceFiles,
  FileHistory,
  FileOutputReader,
  openSigningKey,
} from '@cc-executor/executions-files';
import { checkMemory, RedisRestores, RedisRunStatistics } from '@cc-executor/executions-redis';
import type { ExecutionRecord } from '@cc-executor/executions';
import { commandEnvironment, inheritedEnvironment, type StartContext } from '@cc-executor/service-kit';
import { openClientStores } from '@cc-executor/stores';
import { RepositoryWork, snapshotOwner, SnapshotStores } from '@cc-executor/workspaces';
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
export async function openDependencies(context: StartContext<ApiConfig>) {
  const { config, env, logger, onClose } = context;
  const clientStores = await openClientStores(context);
  const { redis, data, store, log, workspaces } = clientStores;
  const keys = config.CC_EXECUTOR_KEYS_DIR;
  const signer = new KeySigner(await openSigningKey(keys));
  const signedEnds = new SignedEnds(keys);
  const snapshotsFolder = join(data.path, 'snapshots');
  const keptOfClones = join(data.path, 'repositories');
  const stores = new SnapshotStores(snapshotsFolder, {
    path: env['PATH'],
    bounds: { file: config.CC_EXECUTOR_SNAPSHOT_FILE_BYTES, snapshot: config.CC_EXECUTOR_SNAPSHOT_BYTES },
  });
  onClose('snapshots', () => stores.close());
  await completeRestores({ store, stores, logger });
  if (config.CC_EXECUTOR_SIGNER_SOCKET !== undefined) {
    const ends = new EndSigner({ signer, store, log, ends: signedEnds });
    const close = await openSigningSocket(config.CC_EXECUTOR_SIGNER_SOCKET, ends, (error) =>
      logger.error({ err: error }, 'an end could not be signed'),
    );
    onClose('signing', close);
  }
  return {
    ...clientStores,
    config,
    checkMemory: async () => await checkMemory(redis),
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
      repositories: keptOfClones,
      openRepository: (
        record: Pick<ExecutionRecord, 'execution_id' | 'uuid'>,
        of: RepositoryRecord,
        workspace: string,
      ) =>
        new RepositoryWork({
          git: { program: 'git', path: env['PATH'] },
          fileBytes: config.CC_EXECUTOR_SNAPSHOT_FILE_BYTES,
          folder: join(keptOfClones, snapshotOwner(record)),
          workspace,
          of,
          userEnv: commandEnvironment(inheritedEnvironment(env, config.CC_EXECUTOR_WORKSPACES_DIR)),
        }),
    },
    evidence: new EvidenceFiles(data.path),
    /** Signs for this installation. */
    publicKey: signer.publicKey,
    signedEnds,
    /** Returns the public keys that verify evidence. */
    publicKeys: async () => await readPublicKeys(keys),
    /** The built page; null: it is not built. */
    pageFiles: await readPageFiles(),
    repositories: findRepositories({
      folders: config.CC_EXECUTOR_REPOSITORIES,
      apart: [data.path, config.CC_EXECUTOR_WORKSPACES_DIR],
      path: env['PATH'],
    }),
  };
}
