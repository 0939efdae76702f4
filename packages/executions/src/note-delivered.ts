import { isTerminal, type EventData } from '@cc-executor/contracts';
import type { ExecutionStore } from './ports/store.ts';
import { toStore } from './to-store.ts';

/**
 * Stores what of the branch of an execution was delivered beside its tasks, as by a restore. The log of one that has ended
 * stays as it was sealed: there it is in the status alone.
 */
export async function noteDelivered(
  store: Pick<ExecutionStore, 'readStatus' | 'read' | 'append' | 'noteDelivered'>,
  executionId: string,
  data: EventData<'workspace.delivered'>,
): Promise<void> {
  const stored = await store.readStatus(executionId);
  if (!stored) return;
  if (isTerminal(stored.status)) return await store.noteDelivered(executionId, data);
  const event = { type: 'workspace.delivered', data } as const;
  const { result } = await store.append(executionId, {
    writer: null,
    from: ['paused'],
    to: null,
    summary: { ...stored.summary, delivered: data },
    tasks: new Map(),
    events: [toStore(executionId, event, new Date().toISOString())],
    release: false,
    wakeAt: null,
    epoch: null,
  });
  // It may have been cancelled meanwhile.
  if (result === 'illegal') await store.noteDelivered(executionId, data);
}
