import { carriedTasks, type ExecutionRecord } from '@cc-executor/executions';
import { sharedFolders } from '@cc-executor/sandbox/protocol';
import { commandEnvironment, type StartContext } from '@cc-executor/service-kit';
import { RepositoryWork, snapshotOwner, SnapshotStores } from '@cc-executor/workspaces';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkerConfig } from '../config.ts';
import type { RunPorts } from '../ports.ts';

/** How long an attempt waits for another process that tidies up snapshots: better than to begin without one. Milliseconds. */
const SNAPSHOTS_MS = 10 * 60_000;

/** Opens what is kept of workspaces beside themselves: snapshots, clones and copies, below the data directory. */
export function openWorkspaces(
  { config, onClose }: StartContext<WorkerConfig>,
  { env, dataDirectory }: { env: Readonly<Record<string, string>>; dataDirectory: string },
) {
  const snapshots = new SnapshotStores(join(dataDirectory, 'snapshots'), {
    path: env['PATH'],
    bounds: { file: config.CC_EXECUTOR_SNAPSHOT_FILE_BYTES, snapshot: config.CC_EXECUTOR_SNAPSHOT_BYTES },
    waitMs: SNAPSHOTS_MS,
  });
  onClose('snapshots', () => snapshots.close());
  const keptFolder: RunPorts['keptFolder'] = (of) => join(dataDirectory, 'repositories', snapshotOwner(of));
  const copies = join(dataDirectory, 'copies');
  const launcher = config.CC_EXECUTOR_LAUNCHER_SOCKET;
  // The launcher lets containers see those beside it alone.
  const copiesOf: RunPorts['copiesOf'] = ({ isolation }) =>
    isolation === 'container' && launcher !== undefined ? sharedFolders(launcher, '').copies : copies;
  return {
    snapshots,
    keptFolder,
    copiesOf,
    copiesFolders: [copies, ...(launcher === undefined ? [] : [sharedFolders(launcher, '').copies])],
    openRepository: ((record, of, workspace) =>
      new RepositoryWork({
        git: { program: 'git', path: env['PATH'] },
        fileBytes: config.CC_EXECUTOR_SNAPSHOT_FILE_BYTES,
        folder: keptFolder(record),
        workspace,
        of,
        earlier: record.rerun && {
          folder: keptFolder(record.rerun.takes_over),
          tasks: carriedTasks(record.rerun),
          keeps: record.rerun.keeps_workspace,
        },
        userEnv: commandEnvironment(env),
      })) satisfies RunPorts['openRepository'],
    /** The housekeeping of these stores. */
    kept: {
      tidy: async (onFault: Parameters<SnapshotStores['tidy']>[0], signal: AbortSignal) =>
        await snapshots.tidy(onFault, signal),
      forget: async (record: ExecutionRecord) => {
        await snapshots.forget(record);
        const owner = snapshotOwner(record);
        // Conversations and copies of containers, and what attempts were given there.
        const shared = launcher === undefined ? null : sharedFolders(launcher, record.execution_id);
        const boxed =
          shared === null ? [] : [shared.files, shared.results, shared.model, join(shared.copies, owner)];
        for (const folder of [keptFolder(record), join(copies, owner), ...boxed])
          await rm(folder, { recursive: true, force: true });
      },
    },
  };
}
