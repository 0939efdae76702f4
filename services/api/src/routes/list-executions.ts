import { EXECUTION_STATUSES, ExecutionPage, LIMITS, OUTCOMES } from '@cc-executor/contracts';
import { listExecutions, type LabelQuery } from '@cc-executor/executions';
import { z } from 'zod';
import { problems, time, type Route } from '../route.ts';

const limits = `must be a whole number from 1 to ${String(LIMITS.pageSize)}`;
const outcomes = Object.keys(OUTCOMES);
const labelFault =
  'must be a label, like nightly, or a label and its value, like team=web; a "!" before it: without it';
const Label = z
  .string(labelFault)
  .regex(/^!?[A-Za-z0-9][A-Za-z0-9._/-]*(?:=[^]*)?$/, labelFault)
  .transform((text): LabelQuery => {
    const isNot = text.startsWith('!');
    const [, key = '', value = null] = /^!?([^=]*)(?:=([^]*))?$/.exec(text) ?? [];
    return { key, value, isNot };
  });

const Query = z
  .strictObject({
    status: z.enum(EXECUTION_STATUSES, `must be one of ${EXECUTION_STATUSES.join(', ')}`).optional(),
    limit: z.coerce.number(limits).int(limits).min(1, limits).max(LIMITS.pageSize, limits).default(50),
    cursor: z.string().optional().describe('`next_cursor` of the page before'),
    label: z
      .preprocess((given) => (typeof given === 'string' ? [given] : given), z.array(Label).max(LIMITS.labels))
      .optional()
      .describe('`key`, `key=value`, or with a `!` before it what is not to be; given again: all of them'),
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
    const { status = null, cursor = null, label: labels, ...rest } = query;
    return await listExecutions(store, { ...rest, status, cursor, labels });
  });
};
