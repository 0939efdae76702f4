import { noteRestored, type ControlPorts } from '@cc-executor/executions';
import type { Logger } from '@cc-executor/service-kit';
import { restoredFor, type SnapshotStores } from '@cc-executor/workspaces';

/** Completes the restores that a process which died had begun, and adds them to the logs of their executions. */
export async function completeRestores({
  store,
  stores,
  logger,
}: {
  store: ControlPorts['store'];
  stores: SnapshotStores;
  logger: Logger;
}): Promise<void> {
  await stores.completeInterrupted(
    async ({ folder, left, to, changes, kept }, labels) => {
      const id = restoredFor(labels, left);
      logger.warn({ folder, execution_id: id }, 'completed a restore that was interrupted');
      if (id === null) return;
      const counts = { changes: changes.length, kept: kept.length };
      await noteRestored({ store }, id, { snapshot: to, left, ...counts });
    },
    (error) => logger.error({ err: error }, "an interrupted restore can't be completed yet"),
  );
}
