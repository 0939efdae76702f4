import { CcError } from '@cc-executor/contracts';
import { cancel, pause, refuseOwnLineage, resume, type ControlPorts } from '@cc-executor/executions';
import type { MethodOf } from './context.ts';

const ACTIONS = {
  PAUSE: pause,
  RESUME: resume,
  CANCEL: async (ports: ControlPorts, id: string) => (await cancel(ports, id)).status,
} as const;

const REFUSED = { PAUSE: 'paused', CANCEL: 'cancelled' } as const;

/** Pauses, resumes or cancels an execution: the named one, or the session's own. */
export const control: MethodOf<'control'> = async (context, params) => {
  const { session, lineage, foregrounds, ports } = context;
  const execution_id = params.execution_id ?? foregrounds.of(session)?.executionId;
  if (execution_id === undefined)
    throw new CcError('EXECUTION_NOT_FOUND', 'This session runs no process; name one with execution_id.');
  if (params.type !== 'RESUME') refuseOwnLineage(lineage, execution_id, REFUSED[params.type]);
  return { result: { execution_id, status: await ACTIONS[params.type](ports, execution_id) } };
};
