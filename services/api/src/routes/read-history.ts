import {
  ATTEMPT_STATUSES,
  ExecutionId,
  HISTORY_FORMATS,
  HistoryRow,
  HistoryView,
} from '@cc-executor/contracts';
import type { FastifyReply } from 'fastify';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { HISTORY_TYPES, historyText } from '../history-text.ts';
import { problems, time, type Route } from '../route.ts';

const limits = 'must be a whole number, 1 or more';

const Query = z
  .strictObject({
    format: z.enum(HISTORY_FORMATS, `must be one of ${HISTORY_FORMATS.join(', ')}`).default('json'),
    from: time.optional().describe('attempts that ended at or after this time; a date begins in UTC'),
    to: time.optional().describe('attempts that ended before this time'),
    status: z.enum(ATTEMPT_STATUSES, `must be one of ${ATTEMPT_STATUSES.join(', ')}`).optional(),
    execution_id: ExecutionId.optional(),
    limit: z.coerce.number(limits).int(limits).min(1, limits).optional().describe('default: all of them'),
  })
  .refine(({ from, to }) => !from || !to || from < to, { path: ['to'], message: 'must be after from' });

export const readHistory: Route = (app, { history }) => {
  const schema = {
    summary: 'What every attempt took and cost: one row each',
    description:
      'The newest execution first, and of each the latest attempt first. Streamed, however many there are; `csv` and `jsonl` (a row a line) beside one JSON document.',
    tags: ['history'],
    produces: Object.values(HISTORY_TYPES),
    querystring: Query,
    response: {
      200: z
        .union([HistoryView, HistoryRow, z.string()])
        .describe('The rows: a document, a row a line, or, as CSV, a header and a line for each row.'),
      ...problems,
    },
  };
  app.get('/history', { schema }, async ({ query }, reply) => {
    const { format, execution_id: executionId, ...filters } = query;
    void reply.type(HISTORY_TYPES[format]);
    if (format === 'csv') void reply.header('content-disposition', 'attachment; filename="history.csv"');
    const text = historyText(history.read({ ...filters, executionId }), format);
    // It streams what the schema describes.
    return await (reply as FastifyReply).send(Readable.from(text));
  });
};
