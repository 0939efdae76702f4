import { taskAt } from '@cc-executor/contracts/task-numbers';
import { counted } from '@cc-executor/contracts/english';
import { CcError } from '@cc-executor/contracts';
import { readExecution } from '@cc-executor/executions';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { answerRange } from '../byte-range.ts';
import { problems, TaskParams, whole, type Route } from '../route.ts';

const Query = z.strictObject({
  stream: z
    .enum(['stdout', 'stderr', 'result'], 'must be "stdout", "stderr" or "result"')
    .default('stdout')
    .describe("result: a prompt's final answer"),
  attempt: whole.optional().describe('default: the last one'),
});

const bytes = z.unknown().describe('the bytes');

export const readOutput: Route = (app, { store, outputs }) => {
  const schema = {
    summary: "A task's whole output, byte for byte; answers ranges",
    tags: ['executions'],
    produces: ['text/plain'],
    params: TaskParams,
    querystring: Query,
    response: { 200: bytes, 206: bytes, ...problems },
  };
  app.get('/executions/:id/tasks/:n/output', { schema }, async (request, reply) => {
    const { id, n } = request.params;
    const { stream, attempt: asked } = request.query;
    const task = taskAt((await readExecution(store, id)).tasks, n);
    if (!task) throw new CcError('TASK_NOT_FOUND', `The execution "${id}" has no task ${String(n)}.`);
    const attempt = asked ?? task.attempt;
    if (task.not_run !== undefined)
      throw new CcError('OUTPUT_NOT_FOUND', `Task ${String(n)} has no output. ${task.not_run}`);
    if ((attempt < 1 && !task.carried_from) || attempt > task.attempt)
      throw new CcError('OUTPUT_NOT_FOUND', `Task ${String(n)} has had ${counted(task.attempt, 'attempt')}.`);

    const address = { executionId: id, task: n, attempt, stream };
    const size = await outputs.size(address);
    void reply.headers({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
    const { start, end } = answerRange(reply, request.headers.range, size);
    return await reply.send(size === 0 ? Readable.from([]) : await outputs.read(address, start, end));
  });
};
