import type { WarningCode } from '@cc-executor/contracts';
import type { Recorder } from '@cc-executor/executions';
import { LEASED_STATES } from '../ownership/leases.ts';
import type { DeliveryResult } from './run-repository.ts';

/** Reports whether the work of an attempt reached the user's repository. */
export function reportDelivery(
  { committed, delivered, notCommitted, notDelivered }: DeliveryResult,
  {
    recorder,
    place,
  }: { recorder: Pick<Recorder, 'note' | 'commit'>; place: { task: number; attempt: number } },
  warn: (code: WarningCode, message: string) => void,
): void {
  if (committed)
    recorder.note({ type: 'workspace.committed', ...place, data: committed })?.catch(() => undefined);
  if (delivered)
    recorder
      .commit([{ type: 'workspace.delivered', ...place, data: delivered }], { from: LEASED_STATES })
      .catch(() => undefined);
  for (const message of notCommitted) warn('not_committed', message);
  for (const message of notDelivered) warn('not_delivered', message);
}
