import { CancelView } from '@cc-executor/contracts';
import { cancel } from '@cc-executor/executions';
import { ExecutionParams, problems, type Route } from '../route.ts';

export const cancelExecution: Route = (app, { store, wakeUps }) => {
  const schema = {
    summary: 'Cancels an execution',
    description: 'It is `cancelling` until no process of it is left. 200 when it was cancelled before.',
    tags: ['executions'],
    params: ExecutionParams,
    response: { 200: CancelView, 202: CancelView, ...problems },
  };
  const forms = [
    ['DELETE', '/executions/:id'],
    ['POST', '/executions/:id/cancel'],
  ] as const;
  for (const [method, url] of forms) {
    app.route({
      method,
      url,
      schema,
      handler: async ({ params: { id } }, reply) => {
        const { isNew, status } = await cancel({ store, wakeUps }, id);
        // Also one that had not begun, and so is cancelled by now, was cancelling on the way: the caller polls on.
        if (isNew || status === 'cancelling')
          return await reply.code(202).send({ execution_id: id, status: 'cancelling' });
        return await reply.code(200).send({ execution_id: id, status });
      },
    });
  }
};
