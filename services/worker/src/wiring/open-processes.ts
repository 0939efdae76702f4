import { Cgroups, Guardian, LocalLauncher, SignsOfLife } from '@cc-executor/agents';
import { BoxLauncher, boxUser } from '@cc-executor/sandbox';
import type { openStores } from '@cc-executor/stores';
import type { ExecutionStore } from '@cc-executor/executions';
import type { StartContext } from '@cc-executor/service-kit';
import { join } from 'node:path';
import type { WorkerConfig } from '../config.ts';
import { Leases } from '../ownership/leases.ts';
import { STILL_MS, Sweeper } from '../ownership/sweeper.ts';

export type Processes = ReturnType<typeof openProcesses>;

/**
 * Opens what a worker owns executions with: leases that are renewed, and launchers whose processes end with the lease, by a
 * guardian where the worker itself cannot end them any more.
 */
export function openProcesses(
  { config, logger, onClose, onForcedEnd }: StartContext<WorkerConfig>,
  { faults, data, wakeUps }: Awaited<ReturnType<typeof openStores>>,
  { worker, store }: { worker: string; store: ExecutionStore },
) {
  const signs = join(data.path, 'signs');
  const guardian = new Guardian({
    folder: signs,
    worker,
    onWanted: (executionId, generation) => {
      const yields = leases.yieldUp(executionId, generation);
      if (yields) boxes?.endOf(executionId).catch(() => undefined);
      if (yields) logger.warn({ execution_id: executionId }, 'cut off from Redis: gave an execution up');
      return yields;
    },
    onMute: () => {
      for (const executionId of leases.yieldUncertain()) {
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
  const leases: Leases = new Leases({
    store,
    onError: faults.of('renewing leases'),
    onCount: (count) => guardian.setLeases(count),
  });
  onClose('heartbeat', () => leases.close());
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
  const cgroups = Cgroups.open(data.id);
  onClose('cgroups', () => cgroups?.close());
  if (cgroups === null)
    logger.info('no cgroups can be made: processes of tasks are found by their group and their environment');
  const launcher: LocalLauncher = new LocalLauncher({
    guardian,
    cgroups,
    startsAhead: true,
    onLeft: (left) => logger.warn({ left }, 'processes of another user could not be ended'),
  });
  onClose('processes started ahead', () => launcher.close());
  onForcedEnd(() => launcher.killAll());
  // Our own programs, such as git: they never run where tasks do.
  const helpers = new LocalLauncher({ guardian });
  onForcedEnd(() => helpers.killAll());
  const user = boxUser();
  const socket = config.CC_EXECUTOR_LAUNCHER_SOCKET;
  const boxes = socket === undefined ? null : new BoxLauncher({ socket, user });
  onForcedEnd(async () => await boxes?.killAll());
  return { leases, launcher, helpers, boxes, user };
}
