import { isTerminal, type EventData } from '@cc-executor/contracts';
import type { ControlPorts } from './change-state.ts';
import { toStore } from './to-store.ts';

/**
 * Adds to the log of an execution that its workspace was restored. The log of one that has ended stays as it was sealed.
 * Returns whether it was added.
 */
export async function noteRestored(
  { store }: Pick<ControlPorts, 'store'>,
  executionId: string,
  data: EventData<'workspace.restored'>,
): Promise<boolean> {
  const now = await store.readStatus(executionId);
  if (!now || isTerminal(now.status)) return false;
  const event = { type: 'workspace.restored', data } as const;
  const { result } = await store.append(executionId, {
    writer: null,
    from: ['queued', 'running', 'waiting', 'paused', 'cancelling'],
    to: null,
    summary: null,
    tasks: new Map(),
    events: [toStore(executionId, event, new Date().toISOString())],
    release: false,
    wakeAt: null,
    epoch: null,
  });
  return result === 'stored';
}
