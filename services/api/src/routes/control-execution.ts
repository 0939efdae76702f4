import { StateView } from '@cc-executor/contracts';
import { cancel, pause, refuseOwnLineage, remove, resume } from '@cc-executor/executions';
import { lineageOf } from '@cc-executor/service-kit/http';
import { ExecutionParams, problems, type Route } from '../route.ts';

export const controlExecution: Route = (app, { store, wakeUps }) => {
  const ports = { store, wakeUps };
  const common = { tags: ['executions'], params: ExecutionParams };
  const changed = { 202: StateView, ...problems };

  for (const [method, url] of [
    ['DELETE', '/executions/:id'],
    ['POST', '/executions/:id/cancel'],
  ] as const) {
    app.route({
      method,
      url,
      schema: {
        ...common,
        summary: 'Cancels an execution',
        description: 'It is `cancelling` until no process of it is left. 200 when it was cancelled before.',
        response: { 200: StateView, ...changed },
      },
      handler: async (request, reply) => {
        const { id } = request.params;
        refuseOwnLineage(lineageOf(request), id, 'cancelled');
        const { isNew, status } = await cancel(ports, id);
        // An execution that had not started is already cancelled, but was cancelling on the way: the caller polls again.
        if (isNew || status === 'cancelling')
          return await reply.code(202).send({ execution_id: id, status: 'cancelling' });
        return await reply.code(200).send({ execution_id: id, status });
      },
    });
  }

  app.post(
    '/executions/:id/pause',
    { schema: { ...common, summary: 'Pauses an execution: its processes are stopped', response: changed } },
    async (request, reply) => {
      const { id } = request.params;
      refuseOwnLineage(lineageOf(request), id, 'paused');
      return await reply.code(202).send({ execution_id: id, status: await pause(ports, id) });
    },
  );
  app.post(
    '/executions/:id/remove',
    {
      schema: {
        ...common,
        summary: 'Removes an ended execution with its files',
        description:
          'It disappears from all lists at once, and is deleted within seconds, with its outputs, its evidence and the folder that it created. A folder that the list named stays, and so do its rows in the history.',
        response: changed,
      },
    },
    async ({ params: { id } }, reply) =>
      await reply.code(202).send({ execution_id: id, status: await remove(store, id) }),
  );
  app.post(
    '/executions/:id/resume',
    { schema: { ...common, summary: 'Continues a paused execution', response: changed } },
    async ({ params: { id } }, reply) =>
      await reply.code(202).send({ execution_id: id, status: await resume(ports, id) }),
  );
};
