import {
  AttemptFiles,
  EndSigner,
  EvidenceFiles,
  FileHistory,
  FileOutputReader,
  openSigningKey,
} from '@cc-executor/executions-files';
import {
  RedisEndedExecutions,
  RedisEventLog,
  RedisExecutionStore,
  RedisRunStatistics,
  RedisSuspects,
} from '@cc-executor/executions-redis';
import { KeySigner, SignedEnds } from '@cc-executor/evidence';
import { WorkspaceScanner } from '@cc-executor/evidence/workspace';
import {
  commandEnvironment,
  findProgram,
  inheritedEnvironment,
  makeOwnFolder,
  workspacesWarning,
  type StartContext,
} from '@cc-executor/service-kit';
import { readHooks } from '@cc-executor/hooks';
import { modelFolder, sharedFolders } from '@cc-executor/sandbox/protocol';
import { openStores } from '@cc-executor/stores';
import { randomBytes } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import type { WorkerConfig } from './config.ts';
import type { RunPorts } from './ports.ts';
import { GitReader } from './evidence/git-reader.ts';
import { sealArchive } from './evidence/seal-archive.ts';
import { SocketSigner } from './evidence/socket-signer.ts';
import { HookSet } from './hooks/hook-set.ts';
import { Housekeeping } from './housekeeping.ts';
import { Machine } from './machine/machine.ts';
import { PortSlots } from './port-slots.ts';
import { Slots } from './slots.ts';
import { GRACE_MS, openAgents } from './wiring/open-agents.ts';
import { openProbes } from './open-probes.ts';
import { openCredential } from './wiring/open-credential.ts';
import { openProcesses, type Processes } from './wiring/open-processes.ts';
import { removeOrphanedCopies } from './evidence/orphaned-copies.ts';
import { openWorkspaces } from './wiring/open-workspaces.ts';

export type WorkerDependencies = Awaited<ReturnType<typeof openDependencies>>;

/** Opens the connections and stores of a worker. */
export async function openDependencies(context: StartContext<WorkerConfig>) {
  const { config, env: given, logger, onClose } = context;
  const stores = await openStores(context, 'patient');
  const { faults, redis, subscriber, data, workspaces, archive, wakeUps, directory } = stores;
  // Optional reads fail fast, and callers fall back.
  const quick = await stores.openRedis('redis-quick', 'impatient');
  await makeOwnFolder(config.CC_EXECUTOR_WORKSPACES_DIR);
  const warning = workspacesWarning(config.CC_EXECUTOR_WORKSPACES_DIR);
  if (warning !== null) logger.warn(`${warning.what} ${warning.cure}`);
  const env = inheritedEnvironment(given, config.CC_EXECUTOR_WORKSPACES_DIR);
  const own = { env, dataDirectory: data.path };

  const log = new RedisEventLog(redis, subscriber, archive);
  const store = new RedisExecutionStore(redis, {
    archive,
    keptOutputBytes: config.MAX_BUFFER_SIZE,
    keptExecutionBytes: config.CC_EXECUTOR_EXECUTION_BUFFER,
    keptTotalBytes: config.CC_EXECUTOR_TOTAL_BUFFER,
  });
  await store.placeOlder(async (name) => {
    const place = await workspaces.resolve(name).catch(() => null);
    return place && place.turn;
  });
  const worker = `${hostname()}-${randomBytes(4).toString('hex')}`;
  const processes = openProcesses(context, stores, { worker, store });
  const { leases, launcher, helpers, boxes } = processes;
  const evidence = new EvidenceFiles(data.path);
  const signer = await openSigner(config, { store, log });
  const history = new FileHistory(data.path);
  const places = openWorkspaces(context, own);
  const housekeeping = new Housekeeping({
    onError: faults.of('housekeeping'),
    store,
    log,
    ended: new RedisEndedExecutions(redis),
    archive,
    seal: async (execution, digest) => await sealArchive({ signer, evidence }, execution, digest),
    history,
    workspaces,
    snapshots: places.kept,
    isIdle: () => leases.count === 0,
    removeOrphans: async (onError) =>
      await removeOrphanedCopies(
        { folders: places.copiesFolders, store, snapshots: places.snapshots },
        onError,
      ),
    archiveAfter: config.CC_EXECUTOR_ARCHIVE_AFTER,
    keep: { days: config.CC_EXECUTOR_KEEP_DAYS, keep: config.CC_EXECUTOR_KEEP_EXECUTIONS },
    logger,
  });
  onClose('housekeeping', () => housekeeping.close());
  const machine = new Machine({
    launch: helpers.launch,
    program: findProgram(['nvidia-smi'], env['PATH']),
    env: commandEnvironment(env),
    logger,
  });
  onClose('machine', () => machine.close());
  const { agents, claude, findCodex, acpPlaces, clear } = await openAgents(context, processes, own);
  const { credential, reach, auth } = openCredential(context, stores, { claude, store, helpers, env });
  const scanner = new WorkspaceScanner(config.CC_EXECUTOR_LEAVE_OUT);
  onClose('scanner', () => scanner.close());
  const ports: RunPorts = {
    worker,
    store,
    log,
    history,
    statistics: new RedisRunStatistics(quick),
    wakeUps,
    machine,
    leases,
    agents,
    credential,
    reach,
    prepareWorkspace: (of) => workspaces.prepare(of),
    scanner,
    git: new GitReader(helpers.launch, env['PATH'] ?? ''),
    keptFolder: places.keptFolder,
    openRepository: places.openRepository,
    snapshots: config.CC_EXECUTOR_SNAPSHOTS ? places.snapshots : null,
    copiesOf: places.copiesOf,
    portSlots: new PortSlots(join(data.path, 'port-slots')),
    slots: new Slots({ prompts: 0, commands: Math.max(16, 4 * availableParallelism()) }),
    evidence,
    signer,
    openFiles: (attempt, onFileError) => new AttemptFiles(data.path, attempt, onFileError),
    outputs: new FileOutputReader(data.path),
    processes: launcher.processes,
    endLeftovers: async ({ execution_id: id, isolation }, generation, signal) => {
      const onSilence = () => {
        logger.error(
          { execution_id: id },
          'the launcher does not end the containers that a lost worker left: this execution continues when it does',
        );
      };
      const left = await launcher.endLeftovers(id);
      await clear(id);
      return [
        ...left,
        ...(isolation === 'container' && boxes !== null
          ? await boxes.endLeftovers(id, generation, { signal, onSilence })
          : []),
      ];
    },
    sandbox: sandboxOf(config, processes),
    maxPromptTokens: config.CC_EXECUTOR_MAX_PROMPT_TOKENS,
    suspects: new RedisSuspects(redis),
    earlyLosses: config.CC_EXECUTOR_EARLY_LOSSES,
    taskTimeout: config.CC_EXECUTOR_TASK_TIMEOUT,
    silenceTimeout: config.STREAM_TIMEOUT,
    maxWait: config.CC_EXECUTOR_MAX_WAIT * 1000,
    pauseHold: config.CC_EXECUTOR_PAUSE_HOLD,
    tempBytes: config.CC_EXECUTOR_TEMP_BYTES,
    hooks: hooksOf(config, env, helpers.launch),
    logger,
  };
  const probes = openProbes(context, { launch: helpers.launch, env, claude, findCodex, acpPlaces });
  return { redis, subscriber, faults, ports, directory, auth, probes, machine };
}

/** Signs with the installation's key, or asks the process that alone has it. */
async function openSigner(
  config: WorkerConfig,
  { store, log }: { store: RedisExecutionStore; log: RedisEventLog },
): Promise<RunPorts['signer']> {
  if (config.CC_EXECUTOR_SIGNER_SOCKET !== undefined)
    return new SocketSigner(config.CC_EXECUTOR_SIGNER_SOCKET);
  const keys = config.CC_EXECUTOR_KEYS_DIR;
  const signer = new KeySigner(await openSigningKey(keys));
  return new EndSigner({ signer, store, log, ends: new SignedEnds(keys) });
}

function sandboxOf(config: WorkerConfig, { user, boxes }: Processes): RunPorts['sandbox'] {
  const { CC_EXECUTOR_LAUNCHER_SOCKET: socket, CC_EXECUTOR_EGRESS_SOCKET: egress = null } = config;
  const containers =
    socket === undefined
      ? null
      : {
          user,
          filesOf: (id: string) => sharedFolders(socket, id).files,
          resultsOf: (id: string) => sharedFolders(socket, id).results,
          modelOf: (place: Parameters<typeof modelFolder>[1]) => modelFolder(socket, place),
          egress,
          ahead: config.CC_EXECUTOR_SANDBOX_WAITING > 0,
          searchPath: async (image: string | null) => (await boxes?.searchPath(image)) ?? null,
          release: (id: string) => boxes?.release(id),
        };
  return { least: config.CC_EXECUTOR_MIN_ISOLATION, containers };
}

/** Returns the configured hooks; null: none. Throws a ConfigError with their faults. */
function hooksOf(
  config: WorkerConfig,
  env: StartContext<WorkerConfig>['env'],
  launch: Processes['helpers']['launch'],
): HookSet | null {
  const { CC_EXECUTOR_HOOKS_DIR: directory, CC_EXECUTOR_WORKSPACES_DIR: workspaces } = config;
  const builtIn = config.CC_EXECUTOR_BUILT_IN_HOOKS;
  const searchPath = env['PATH'] ?? '';
  const definitions = directory === undefined ? [] : readHooks({ directory, workspaces, searchPath });
  if (definitions.length === 0 && builtIn.length === 0) return null;
  const ports = {
    launch,
    env: commandEnvironment(env, config.CC_EXECUTOR_COMMAND_CREDENTIALS),
    directory: directory ?? '/',
    graceMs: GRACE_MS,
  };
  return new HookSet({ definitions, builtIn, ports, searchPath });
}
