import { EXECUTION_STATUSES, ExecutionPage, LIMITS, OUTCOMES } from '@cc-executor/contracts';
import { listExecutions } from '@cc-executor/executions';
import { z } from 'zod';
import { labels } from '../labels.ts';
import { problems, time, type Route } from '../route.ts';

const limits = `must be a whole number from 1 to ${String(LIMITS.pageSize)}`;
const outcomes = Object.keys(OUTCOMES);
const Query = z
  .strictObject({
    status: z.enum(EXECUTION_STATUSES, `must be one of ${EXECUTION_STATUSES.join(', ')}`).optional(),
    limit: z.coerce.number(limits).int(limits).min(1, limits).max(LIMITS.pageSize, limits).default(50),
    cursor: z.string().optional().describe('`next_cursor` of the page before'),
    label: labels.optional(),
    outcome: z
      .enum(outcomes, `must be one of ${outcomes.join(', ')}`)
      .optional()
      .describe('those of which a task ended so'),
    q: z
      .string()
      .max(LIMITS.nameCharacters)
      .optional()
      .describe('words that its title, id or labels have, in upper or lower case'),
    from: time.optional().describe('those submitted at or after this time; a date begins in UTC'),
    to: time.optional().describe('those submitted before this time'),
  })
  .refine(({ from, to }) => !from || !to || from < to, { path: ['to'], message: 'must be after from' });

export const listExecutionsRoute: Route = (app, { store }) => {
  const schema = {
    summary: 'Executions, newest first',
    tags: ['executions'],
    querystring: Query,
    response: { 200: ExecutionPage, ...problems },
  };
  app.get('/executions', { schema }, async ({ query }) => {
    const { status = null, cursor = null, label, ...rest } = query;
    return await listExecutions(store, { ...rest, status, cursor, labels: label });
  });
};
