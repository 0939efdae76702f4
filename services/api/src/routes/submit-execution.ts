import { Accepted, CcError, ExecuteRequest, isTerminal, ResultsView } from '@cc-executor/contracts';
import {
  executionLinks,
  findingsOf,
  follow,
  readResults,
  readStatus,
  submit,
  tasksOf,
} from '@cc-executor/executions';
import { z } from 'zod';
import { clientGone } from '../client-gone.ts';
import { lineageOf } from '@cc-executor/service-kit/http';
import type { ApiDependencies } from '../dependencies.ts';
import { problems, type Route } from '../route.ts';

/** The longest time that `Prefer: wait=N` delays an answer, in seconds: proxies cut longer silences. */
const MAX_WAIT_SECONDS = 300;

export const IdempotencyHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .min(1, 'must not be empty')
    .max(255, 'must have at most 255 characters')
    .optional()
    .describe('The same key and body give the same execution for 24 hours; another body is refused.'),
});

const Headers = IdempotencyHeaders.extend({
  prefer: z
    .string()
    .optional()
    .describe('`wait=N`: answers with the results if they are there within N seconds.'),
});

export const submitExecution: Route = (app, dependencies) => {
  const schema = {
    summary: 'Stores and queues a task list',
    tags: ['executions'],
    body: ExecuteRequest,
    headers: Headers,
    response: { 200: ResultsView, 202: Accepted, ...problems },
  };
  app.post('/execute', { schema }, async (request, reply) => {
    const key = request.headers['idempotency-key'] ?? null;
    const nesting = {
      lineage: lineageOf(request),
      depth: dependencies.config.CC_EXECUTOR_NESTING_DEPTH,
      executions: dependencies.config.CC_EXECUTOR_NESTED_EXECUTIONS,
    };
    const id = await submit(dependencies, request.body, key, nesting, app.guard.isOwner(request.raw));
    const links = executionLinks(id);
    const tasks = tasksOf(request.body);
    const found = await findingsOf(tasks);
    const warnings = found.length > 0 && { warnings: found };
    void reply.header('location', links['self']);
    const wait = waitSeconds(request.headers.prefer);
    if (wait !== null) {
      void reply.header('preference-applied', `wait=${String(wait)}`);
      const late = AbortSignal.any([clientGone(reply), AbortSignal.timeout(wait * 1000)]);
      const results = await ifRedisAnswers(resultsBefore(late, dependencies, id));
      if (results) return await reply.code(200).send({ ...results, ...warnings });
    }
    const now = await ifRedisAnswers(readStatus(dependencies.store, id));
    return await reply.code(202).send({
      execution_id: id,
      status: now?.status ?? 'queued',
      total_tasks: tasks.length,
      links,
      ...warnings,
    });
  });
};

/** Returns the N of `Prefer: wait=N` (RFC 7240, section 4.3), at most the longest time; null if absent. */
function waitSeconds(prefer: string | undefined): number | null {
  const [, given] = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?/i.exec(prefer ?? '') ?? [];
  return given === undefined ? null : Math.min(Number(given), MAX_WAIT_SECONDS);
}

/** Returns the results of an execution that ends before `late` aborts; otherwise null. */
async function resultsBefore(late: AbortSignal, dependencies: ApiDependencies, id: string) {
  const { store, log } = dependencies;
  const { promise: isLate, resolve } = Promise.withResolvers<void>();
  late.addEventListener('abort', () => resolve(), { once: true });
  if (late.aborted) resolve();
  const followed = (async () => {
    for await (const _ of follow(log, id, { after: 0 }, late));
  })();
  // While Redis is unavailable, the log waits for it and ignores the signal.
  await Promise.race([followed, isLate]);
  followed.catch(() => undefined);
  return isTerminal((await readStatus(store, id)).status) ? await readResults(dependencies, id) : null;
}

/** A stored list is acknowledged even if Redis fails then: otherwise the client would submit it again. */
export async function ifRedisAnswers<T>(reading: Promise<T>): Promise<T | null> {
  return await reading.catch((error: unknown) => {
    if (error instanceof CcError && error.code === 'STORE_UNAVAILABLE') return null;
    throw error;
  });
}
