import { readStatus } from '@cc-executor/executions';
import type { MethodOf } from './context.ts';

/** Returns the status of an execution, or of the session itself. */
export const status: MethodOf<'status'> = async (context, { execution_id: executionId }) => {
  const { session, foregrounds, subscriptions, ports } = context;
  if (executionId !== undefined) return { result: await readStatus(ports.store, executionId) };
  const execution_id = foregrounds.of(session)?.executionId ?? null;
  const result = {
    session_id: session.id,
    status: execution_id === null ? ('idle' as const) : ('busy' as const),
    execution_id,
    subscriptions: subscriptions.executionIds,
  };
  return { result };
};
