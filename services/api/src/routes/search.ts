import { SEARCHED_STREAMS, SearchView } from '@cc-executor/contracts';
import { searchExecution, searchNight } from '@cc-executor/executions';
import { z } from 'zod';
import { clientGone } from '../client-gone.ts';
import { labels } from '../labels.ts';
import { ExecutionParams, problems, time, whole, type Route } from '../route.ts';
import { fewAtOnce } from '../snapshots/few-at-once.ts';

const DAY_MS = 24 * 3600 * 1000;
/** The number of searches that run at the same time: each reads files as fast as the disk allows. */
const SEARCHES = 2;

const byte = 'must be a whole number, 0 or more';
const what = {
  q: z
    .string('must be a text')
    .min(1, 'must not be empty')
    .max(500, 'must have at most 500 characters')
    .describe('the text, as it is: no expression'),
  match_case: z
    .enum(['true', 'false'], 'must be true or false')
    .default('false')
    .describe('false: letters of ASCII are equal in any case'),
  stream: z
    .enum(SEARCHED_STREAMS, 'must be "stdout", "stderr" or "messages"')
    .optional()
    .describe('messages: what an agent said, thought, and asked of and got from tools; default: all'),
  skip: z.coerce
    .number('must be a whole number, 0 or more')
    .int('must be a whole number, 0 or more')
    .nonnegative('must be a whole number, 0 or more')
    .default(0)
    .describe('how many hits are passed over before the first one that is listed: to list them page by page'),
  limit: z.coerce
    .number('must be a number from 1 to 1000')
    .int('must be a number from 1 to 1000')
    .min(1, 'must be a number from 1 to 1000')
    .max(1000, 'must be a number from 1 to 1000')
    .default(100)
    .describe('how many hits are listed; all are counted'),
};
const InExecution = z.strictObject({
  ...what,
  task: whole.optional().describe('default: all'),
  attempt: whole.optional().describe('default: all'),
  from: z.coerce
    .number(byte)
    .int(byte)
    .nonnegative(byte)
    .default(0)
    .describe('the byte of each output at which the search begins'),
});
const InNight = z.strictObject({
  ...what,
  since: time.optional().describe('default: a day before `until`; a date begins in UTC'),
  until: time.optional().describe('default: now'),
  label: labels.optional(),
});

export const search: Route = (app, { store, outputs, history }) => {
  const common = { tags: ['search'], response: { 200: SearchView, ...problems } };
  const description =
    'Searches the whole outputs of all attempts, byte for byte, and the texts in the messages of agents, and counts every hit. A hit has the byte at which it begins and the one at which its line or message begins. Of a message of more than 1 MiB all bytes are searched.';
  const few = fewAtOnce(SEARCHES);
  app.get(
    '/executions/:id/search',
    {
      schema: {
        ...common,
        summary: 'Where a text is in the outputs and the messages of an execution',
        description,
        params: ExecutionParams,
        querystring: InExecution,
      },
      ...few,
    },
    async ({ params, query: { match_case, ...query } }, reply) =>
      await searchExecution(
        { store, outputs },
        params.id,
        { ...query, matchCase: match_case === 'true' },
        clientGone(reply),
      ),
  );
  app.get(
    '/search',
    {
      schema: {
        ...common,
        summary: 'Where a text is in the outputs and messages of all executions of a night',
        description: `${description} Of all executions that were active between two times.`,
        querystring: InNight,
      },
      ...few,
    },
    async ({ query: { match_case, label, ...query } }, reply) => {
      const until = query.until ?? new Date();
      const since = query.since ?? new Date(until.getTime() - DAY_MS);
      return await searchNight(
        { store, outputs, history },
        { ...query, matchCase: match_case === 'true', since, until, labels: label },
        clientGone(reply),
      );
    },
  );
};
