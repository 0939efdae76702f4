import { CcError } from '@cc-executor/contracts';
import { cancel, pause, resume, type ControlPorts } from '@cc-executor/executions';
import type { MethodOf } from './context.ts';

const ACTIONS = {
  PAUSE: pause,
  RESUME: resume,
  CANCEL: async (ports: ControlPorts, id: string) => (await cancel(ports, id)).status,
} as const;

/** Pauses, resumes or cancels an execution: the named one, or the session's own. */
export const control: MethodOf<'control'> = async ({ session, foregrounds, ports }, params) => {
  const execution_id = params.execution_id ?? foregrounds.of(session)?.executionId;
  if (execution_id === undefined)
    throw new CcError('EXECUTION_NOT_FOUND', 'This session runs no process; name one with execution_id.');
  return { result: { execution_id, status: await ACTIONS[params.type](ports, execution_id) } };
};
