import { Accepted, RerunRequest } from '@cc-executor/contracts';
import { executionLinks, findingsOf, readStatus, rerun, type StoredExecution } from '@cc-executor/executions';
import { lineageOf } from '@cc-executor/service-kit/http';
import { ExecutionParams, problems, type Route } from '../route.ts';
import { beginningOf, withoutSnapshot, workOf } from '../snapshots/beginning-of.ts';
import { ifRedisAnswers, IdempotencyHeaders } from './submit-execution.ts';

async function hinted<T>(find: () => Promise<T>): Promise<T> {
  try {
    return await find();
  } catch (error) {
    throw withoutSnapshot(error);
  }
}

export const rerunExecution: Route = (app, dependencies) => {
  const { config, snapshots, store } = dependencies;
  const schema = {
    summary: 'Runs a list again from one of its tasks on, as a new execution',
    description:
      'The tasks before it have to be completed: they are carried over with their results, and are not run. From "failed", a task behind the first one that failed is carried over too if it has completed and needs none that runs again. The new execution works in its own folder, which begins with what the workspace was before that task; of a repository that is a new clone, with a new branch. What no snapshot has, such as node_modules, is not in it.',
    tags: ['executions'],
    params: ExecutionParams,
    body: RerunRequest,
    headers: IdempotencyHeaders,
    response: { 202: Accepted, ...problems },
  };
  const ports = {
    ...dependencies,
    snapshots: {
      beginningOf: async (execution: StoredExecution, task: number) =>
        await hinted(async () => await beginningOf(snapshots, execution, task)),
      workOf: async (execution: StoredExecution, tasks: readonly number[]) =>
        await hinted(async () => await workOf(snapshots, execution, tasks)),
    },
  };
  app.post('/executions/:id/rerun', { schema }, async (request, reply) => {
    const { id: rerun_of } = request.params;
    const { executionId, tasks } = await rerun(ports, rerun_of, request.body, {
      idempotencyKey: request.headers['idempotency-key'] ?? null,
      nesting: {
        lineage: lineageOf(request),
        depth: config.CC_EXECUTOR_NESTING_DEPTH,
        executions: config.CC_EXECUTOR_NESTED_EXECUTIONS,
      },
      isOwner: app.guard.isOwner(request.raw),
    });
    const links = executionLinks(executionId);
    const found = await findingsOf(tasks);
    void reply.header('location', links['self']);
    const now = await ifRedisAnswers(readStatus(store, executionId));
    return await reply.code(202).send({
      execution_id: executionId,
      status: now?.status ?? 'queued',
      total_tasks: tasks.length,
      rerun_of,
      links,
      ...(found.length > 0 && { warnings: found }),
    });
  });
};
