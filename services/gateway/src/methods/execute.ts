import { CcError, type ExecuteRequest, type RpcParams } from '@cc-executor/contracts';
import { submit, withPaths } from '@cc-executor/executions';
import { busy } from '../processes/foregrounds.ts';
import type { MethodOf } from './context.ts';
import { reportProcess } from './report-process.ts';

/** Queues a command, a prompt or a list. A worker runs it, and this session receives its events. */
export const execute: MethodOf<'execute'> = async (context, params) => {
  const { session, lineage, subscriptions, foregrounds, ports } = context;
  const detached = params.detach || params.tasks !== undefined;
  const running = foregrounds.of(session);
  if (running && !detached) throw busy(running);
  subscriptions.checkRoom();
  const execution_id = await submit(ports, requestOf(params), null, {
    lineage,
    depth: ports.config.CC_EXECUTOR_NESTING_DEPTH,
    executions: ports.config.CC_EXECUTOR_NESTED_EXECUTIONS,
  }).catch((error: unknown) => {
    throw error instanceof CcError ? withPaths(error, (path) => asSent(path, params)) : error;
  });
  const foreground = detached ? null : foregrounds.begin(session, execution_id);
  const afterwards = () => {
    reportProcess(context, execution_id, 0, foreground).catch(context.onBroken);
  };
  return { result: { status: 'started', execution_id }, afterwards };
};

function requestOf(params: RpcParams<'execute'>): ExecuteRequest {
  const { command, prompt, timeout, detach: _detach, id: _id, ...list } = params;
  const tasks = list.tasks ?? [command === undefined ? { prompt } : { command }];
  return { ...list, tasks, timeout_per_task: timeout ?? list.timeout_per_task };
}

/** Where a fault of the request is in the parameters of this call. */
function asSent(path: string, { tasks, timeout }: RpcParams<'execute'>): string {
  if (path === 'timeout_per_task' && timeout !== undefined) return 'timeout';
  return tasks === undefined ? path.replace(/^tasks\[0\]\.?/, '') : path;
}
