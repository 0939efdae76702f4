import { EXECUTION_STATUSES, ExecutionPage, LIMITS } from '@cc-executor/contracts';
import { listExecutions } from '@cc-executor/executions';
import { z } from 'zod';
import { problems, type Route } from '../route.ts';

const limits = `must be a whole number from 1 to ${String(LIMITS.pageSize)}`;
const Query = z.strictObject({
  status: z.enum(EXECUTION_STATUSES, `must be one of ${EXECUTION_STATUSES.join(', ')}`).optional(),
  limit: z.coerce.number(limits).int(limits).min(1, limits).max(LIMITS.pageSize, limits).default(50),
  cursor: z.string().optional().describe('`next_cursor` of the page before'),
});

export const listExecutionsRoute: Route = (app, { store }) => {
  const schema = {
    summary: 'Executions, newest first',
    tags: ['executions'],
    querystring: Query,
    response: { 200: ExecutionPage, ...problems },
  };
  app.get('/executions', { schema }, async ({ query: { status, limit, cursor } }) => {
    return await listExecutions(store, { status: status ?? null, limit, cursor: cursor ?? null });
  });
};
