import {
  Cgroups,
  claudeAgent,
  claudeAnywhere,
  claudeAuthStatus,
  codexAgent,
  codexExecutable,
  CodexProbe,
  commandAgent,
  modelAgent,
  toolAgent,
  configDirectoryOf,
  credentialFingerprint,
  methodInUse,
  endpointFingerprint,
  Guardian,
  LocalLauncher,
  SignsOfLife,
} from '@cc-executor/agents';
import {
  AttemptFiles,
  EndSigner,
  EvidenceFiles,
  FileHistory,
  FileOutputReader,
  openSigningKey,
} from '@cc-executor/executions-files';
import {
  RedisCredentialBook,
  RedisEndedExecutions,
  RedisEventLog,
  RedisExecutionStore,
  RedisOutages,
  RedisRunStatistics,
  RedisSuspects,
} from '@cc-executor/executions-redis';
import { KeySigner, SignedEnds } from '@cc-executor/evidence';
import { WorkspaceLooks } from '@cc-executor/evidence/workspace';
import {
  commandEnvironment,
  findProgram,
  inheritedEnvironment,
  makeOwnFolder,
  workspacesWarning,
  type StartContext,
} from '@cc-executor/service-kit';
import { readHooks } from '@cc-executor/hooks';
import { BoxLauncher } from '@cc-executor/sandbox';
import { sharedFolders } from '@cc-executor/sandbox/protocol';
import { openStores } from '@cc-executor/stores';
import { RepositoryWork, snapshotOwner, SnapshotStores } from '@cc-executor/workspaces';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { availableParallelism, homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { openCommandClaude } from './command-claude.ts';
import { placeForwarder } from './box-programs.ts';
import { openBoxedClaude } from './boxed-claude.ts';
import type { WorkerConfig } from './config.ts';
import { Credential } from './credential/credential.ts';
import { Holds } from './ownership/holds.ts';
import { ModelReach } from './credential/model-reach.ts';
import type { RunPorts } from './ports.ts';
import { STILL_MS, Sweeper } from './ownership/sweeper.ts';
import { GitReader } from './evidence/git-reader.ts';
import { sealArchive } from './evidence/seal-archive.ts';
import { SocketSigner } from './evidence/socket-signer.ts';
import { HookSet } from './hooks/hook-set.ts';
import { Housekeeping } from './housekeeping.ts';
import { Machine } from './machine/machine.ts';
import { tryCredential } from './credential/try-credential.ts';
import { RecoveryWatch } from './credential/recovery-watch.ts';
import { WatchedAuth } from './credential/watched-auth.ts';
import { PortSlots } from './port-slots.ts';
import { Slots } from './slots.ts';

/** What a container has of the worker's environment. */
const LOCALE = /^(LANG|LANGUAGE|LC_.*|TZ|TERM)$/;
/** Whom processes in containers run as where the worker is root. */
const ORDINARY = { uid: 1000, gid: 1000 };

/** How long a process has between SIGTERM and SIGKILL, in milliseconds. */
const GRACE_MS = 5000;

export type WorkerDependencies = Awaited<ReturnType<typeof openDependencies>>;

/** Opens the connections and stores of a worker. */
export async function openDependencies(context: StartContext<WorkerConfig>) {
  const { config, env: given, logger, onClose, onForcedEnd } = context;
  const stores = await openStores(context, 'patient');
  const { faults, redis, subscriber, data, workspaces, archive, wakeUps, directory } = stores;
  // Optional reads fail fast, and callers fall back.
  const quick = await stores.openRedis('redis-quick', 'impatient');
  await makeOwnFolder(config.CC_EXECUTOR_WORKSPACES_DIR);
  const warning = workspacesWarning(config.CC_EXECUTOR_WORKSPACES_DIR);
  if (warning !== null) logger.warn(`${warning.what} ${warning.cure}`);
  const env = inheritedEnvironment(given, config.CC_EXECUTOR_WORKSPACES_DIR);

  const history = new FileHistory(data.path);
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
  const signs = join(data.path, 'signs');
  const guardian = new Guardian({
    folder: signs,
    worker,
    onWanted: (executionId, generation) => {
      const yields = holds.yieldUp(executionId, generation);
      if (yields) boxes?.endOf(executionId).catch(() => undefined);
      if (yields) logger.warn({ execution_id: executionId }, 'cut off from Redis: gave an execution up');
      return yields;
    },
    onMute: () => {
      for (const executionId of holds.yieldUncertain()) {
        logger.warn(
          { execution_id: executionId },
          'cut off from Redis, without a sign of life: gave an execution up',
        );
        launcher.endOf(executionId).catch(() => undefined);
        boxes?.endOf(executionId).catch(() => undefined);
      }
    },
    onChange: (isThere) => {
      if (isThere) logger.info('the guardian runs again');
      else logger.error('the guardian does not stay alive: what this worker starts may outlive it');
    },
  });
  onClose('guardian', () => guardian.close());
  const holds: Holds = new Holds({
    store,
    onError: faults.of('renewing leases'),
    onCount: (count) => guardian.setHolds(count),
  });
  onClose('heartbeat', () => holds.close());
  const outputs = new FileOutputReader(data.path);
  const evidence = new EvidenceFiles(data.path);
  const keys = config.CC_EXECUTOR_KEYS_DIR;
  const signer =
    config.CC_EXECUTOR_SIGNER_SOCKET === undefined
      ? new EndSigner({
          signer: new KeySigner(await openSigningKey(keys)),
          store,
          log,
          ends: new SignedEnds(keys),
        })
      : new SocketSigner(config.CC_EXECUTOR_SIGNER_SOCKET);
  const sweeper = new Sweeper({
    store,
    signs: new SignsOfLife(signs, STILL_MS),
    onError: faults.of('looking for lost owners'),
    onLost: (lost) => {
      logger.warn(lost, 'an owner was lost; another worker continues');
      wakeUps.relay();
    },
  });
  onClose('sweeper', () => sweeper.close());
  const snapshots = new SnapshotStores(join(data.path, 'snapshots'), {
    path: env['PATH'],
    bounds: { file: config.CC_EXECUTOR_SNAPSHOT_FILE_BYTES, snapshot: config.CC_EXECUTOR_SNAPSHOT_BYTES },
  });
  onClose('snapshots', () => snapshots.close());
  const keptFolder: RunPorts['keptFolder'] = (of) => join(data.path, 'repositories', snapshotOwner(of));
  const copies = join(data.path, 'copies');
  const housekeeping = new Housekeeping({
    onError: faults.of('housekeeping'),
    store,
    log,
    ended: new RedisEndedExecutions(redis),
    archive,
    seal: async (execution, digest) => await sealArchive({ signer, evidence }, execution, digest),
    history,
    workspaces,
    snapshots: {
      tidy: async (onFault, signal) => await snapshots.tidy(onFault, signal),
      forget: async (record) => {
        await snapshots.forget(record);
        const launcher = config.CC_EXECUTOR_LAUNCHER_SOCKET;
        // Conversations of agents in containers, and what attempts were given there.
        const shared = launcher === undefined ? null : sharedFolders(launcher, record.execution_id);
        const boxed = shared === null ? [] : [shared.files, shared.results];
        for (const folder of [keptFolder(record), join(copies, snapshotOwner(record)), ...boxed])
          await rm(folder, { recursive: true, force: true });
      },
    },
    isIdle: () => holds.count === 0,
    archiveAfter: config.CC_EXECUTOR_ARCHIVE_AFTER,
    keep: { days: config.CC_EXECUTOR_KEEP_DAYS, keep: config.CC_EXECUTOR_KEEP_EXECUTIONS },
    logger,
  });
  onClose('housekeeping', () => housekeeping.close());
  const cgroups = Cgroups.open(data.id);
  onClose('cgroups', () => cgroups?.close());
  if (cgroups === null)
    logger.info('no cgroups can be made: processes of tasks are found by their group and their environment');
  const launcher: LocalLauncher = new LocalLauncher({
    guardian,
    cgroups,
    onLeft: (left) => logger.warn({ left }, 'processes of another user could not be ended'),
  });
  onForcedEnd(() => launcher.killAll());
  // Our own programs, such as git: they never run where tasks do.
  const helpers = new LocalLauncher({ guardian });
  onForcedEnd(() => helpers.killAll());
  const machine = new Machine({
    launch: helpers.launch,
    program: findProgram(['nvidia-smi'], env['PATH']),
    env: commandEnvironment(env),
    logger,
  });
  onClose('machine', () => machine.close());
  const user = boxUser();
  const socket = config.CC_EXECUTOR_LAUNCHER_SOCKET;
  const boxes = socket === undefined ? null : new BoxLauncher({ socket, user });
  onForcedEnd(async () => await boxes?.killAll());
  const model = modelAgent({ launch: launcher.launch, env, graceMs: GRACE_MS });
  // Looked for each time: it may be installed while the worker runs.
  const findCodex = () =>
    codexExecutable({
      own: config.CC_EXECUTOR_CODEX ?? null,
      installed: join(data.path, 'agents'),
      path: env['PATH'],
    });
  const codex = codexAgent({
    launch: launcher.launch,
    env,
    executable: findCodex,
    homes: join(data.path, 'codex'),
    requestTimeoutMs: requestTimeoutFor(config.STREAM_TIMEOUT),
    network: config.CC_EXECUTOR_CODEX_NETWORK,
    graceMs: GRACE_MS,
  });
  const tool = toolAgent({
    launch: launcher.launch,
    allowedCommands: config.ALLOWED_COMMANDS ?? null,
    env,
    passedCredentials: config.CC_EXECUTOR_COMMAND_CREDENTIALS,
    graceMs: GRACE_MS,
  });
  const claude = {
    launch: launcher.launch,
    baseEnv: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')),
    claudeExecutable: config.CC_EXECUTOR_CLAUDE ?? null,
    configDirectory: configDirectoryOf(env, join(data.path, 'claude')),
    requestTimeoutMs: requestTimeoutFor(config.STREAM_TIMEOUT),
    backgroundWaitMs: config.CC_EXECUTOR_BACKGROUND_WAIT * 1000,
    graceMs: GRACE_MS,
  };
  const command = commandAgent({
    launch: (spec) => (spec.box && boxes ? boxes : launcher).launch(spec),
    boxEnv: Object.fromEntries(Object.entries(commandEnvironment(env)).filter(([name]) => LOCALE.test(name))),
    shell: config.CC_EXECUTOR_SHELL,
    allowedCommands: config.ALLOWED_COMMANDS ?? null,
    env: commandEnvironment(env, config.CC_EXECUTOR_COMMAND_CREDENTIALS),
    claude: await openCommandClaude(claude, { config, dataDirectory: data.path }, onClose),
    graceMs: GRACE_MS,
  });
  const boxedClaude =
    socket === undefined || boxes === null
      ? null
      : await openBoxedClaude({ ...claude, launch: boxes.launch }, socket, onClose);
  if (socket !== undefined && config.CC_EXECUTOR_EGRESS_SOCKET !== undefined)
    await placeForwarder(socket, env['PATH']);
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
  const probe = new CodexProbe({ launch: helpers.launch, env, executable: findCodex });
  const looks = new WorkspaceLooks(config.CC_EXECUTOR_LEAVE_OUT);
  onClose('looks', () => looks.close());
  const ports: RunPorts = {
    worker,
    store,
    log,
    history,
    statistics: new RedisRunStatistics(quick),
    wakeUps,
    machine,
    holds,
    agents: { command, claude: claudeAnywhere(claudeAgent(claude), boxedClaude), codex, model, tool },
    credential,
    reach,
    prepareWorkspace: (of) => workspaces.prepare(of),
    looks,
    git: new GitReader(helpers.launch, env['PATH'] ?? ''),
    keptFolder,
    openRepository: (record, of, workspace) =>
      new RepositoryWork({
        git: { program: 'git', path: env['PATH'] },
        folder: keptFolder(record),
        workspace,
        of,
        earlier: record.rerun && {
          folder: keptFolder(record.rerun.takes_over),
          from: record.rerun.from,
          keeps: record.rerun.keeps_workspace,
        },
        userEnv: commandEnvironment(env),
      }),
    snapshots: config.CC_EXECUTOR_SNAPSHOTS ? snapshots : null,
    copies,
    portSlots: new PortSlots(join(data.path, 'port-slots')),
    slots: new Slots({ prompts: 0, commands: Math.max(16, 4 * availableParallelism()) }),
    evidence,
    signer,
    openFiles: (attempt, onFileError) => new AttemptFiles(data.path, attempt, onFileError),
    outputs,
    processes: launcher.processes,
    endLeftovers: async ({ execution_id: id, isolation }, generation) => [
      ...(await launcher.endLeftovers(id)),
      ...(isolation === 'container' && boxes !== null ? await boxes.endLeftovers(id, generation) : []),
    ],
    sandbox: {
      least: config.CC_EXECUTOR_MIN_ISOLATION,
      containers:
        socket === undefined
          ? null
          : {
              user,
              filesOf: (id) => sharedFolders(socket, id).files,
              resultsOf: (id) => sharedFolders(socket, id).results,
              egress: config.CC_EXECUTOR_EGRESS_SOCKET ?? null,
            },
    },
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
  return { redis, subscriber, faults, ports, directory, auth, codex: probe, machine };
}

/** Returns whom processes in containers run as: this worker's user, or an ordinary one in place of root. */
function boxUser(): { uid: number; gid: number } {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  return uid === 0 ? ORDINARY : { uid, gid };
}

/** Returns the configured hooks; null: none. Throws a ConfigError with their faults. */
function hooksOf(
  config: WorkerConfig,
  env: StartContext<WorkerConfig>['env'],
  launch: LocalLauncher['launch'],
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

/**
 * Returns how long Claude Code waits for the model, in milliseconds: at most its own ten minutes, and clearly less than the
 * allowed silence (in seconds), so that Claude Code itself gives up a request and retries.
 */
function requestTimeoutFor(silence: number): number {
  return Math.ceil(Math.min(600, silence * 0.75) * 1000);
}
