import { Accepted, ExecuteRequest, isTerminal, ResultsView } from '@cc-executor/contracts';
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
import { lineageOf } from '../lineage.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { problems, type Route } from '../route.ts';

/** The longest time that `Prefer: wait=N` holds an answer, in seconds: proxies cut what is silent for longer. */
const MAX_WAIT_SECONDS = 300;

const Headers = z.looseObject({
  prefer: z
    .string()
    .optional()
    .describe('`wait=N`: answers with the results if they are there within N seconds.'),
  'idempotency-key': z
    .string()
    .min(1, 'must not be empty')
    .max(255, 'must have at most 255 characters')
    .optional()
    .describe('The same key and body give the same execution for 24 hours; another body is refused.'),
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
    const id = await submit(dependencies, request.body, key, {
      lineage: lineageOf(request),
      depth: dependencies.config.CC_EXECUTOR_NESTING_DEPTH,
      executions: dependencies.config.CC_EXECUTOR_NESTED_EXECUTIONS,
    });
    const links = executionLinks(id);
    const found = findingsOf(tasksOf(request.body));
    const warnings = found.length > 0 && { warnings: found };
    void reply.header('location', links['self']);
    const wait = waitSeconds(request.headers.prefer);
    if (wait !== null) {
      void reply.header('preference-applied', `wait=${String(wait)}`);
      const gone = new AbortController();
      request.raw.socket.once('close', () => gone.abort());
      if (
        await endsWithin(dependencies, id, AbortSignal.any([gone.signal, AbortSignal.timeout(wait * 1000)]))
      )
        return await reply.code(200).send({ ...(await readResults(dependencies, id)), ...warnings });
    }
    const { status } = await readStatus(dependencies.store, id);
    return await reply.code(202).send({
      execution_id: id,
      status,
      total_tasks: request.body.tasks.length,
      links,
      ...warnings,
    });
  });
};

/** The N of `Prefer: wait=N` (RFC 7240, section 4.3), at most the longest time; null when it is not asked for. */
function waitSeconds(prefer: string | undefined): number | null {
  const [, given] = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?/i.exec(prefer ?? '') ?? [];
  return given === undefined ? null : Math.min(Number(given), MAX_WAIT_SECONDS);
}

async function endsWithin(
  { store, log }: ApiDependencies,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  for await (const _ of follow(log, id, { after: 0 }, signal));
  return isTerminal((await readStatus(store, id)).status);
}
