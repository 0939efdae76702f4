import { Receipt, Report } from '@cc-executor/contracts';
import { readReport, type ChangeFacts } from '@cc-executor/executions';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { chosen, sendText } from '../accept.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { labels } from '../labels.ts';
import { reportPage } from '../report/report-page.ts';
import { problems, time, type Route } from '../route.ts';

const DAY_MS = 24 * 3600 * 1000;
/** The number of a task's paths that are listed. */
const PATHS = 10;

const Query = z
  .strictObject({
    since: time.optional().describe('default: a day before `until`; a date begins in UTC'),
    until: time.optional().describe('default: now'),
    label: labels.optional(),
  })
  .refine(({ since, until }) => !since || since < (until ?? new Date()), {
    path: ['since'],
    error: ({ input }) =>
      (input as { until?: unknown }).until === undefined
        ? 'must not be in the future'
        : 'must be before until',
  });

export const readReportRoute: Route = (app, dependencies) => {
  const schema = {
    summary: 'What happened in a night: what needs you, what failed and why, what is done, what it cost',
    description:
      'Of all executions that were active between two times, made from stored facts. As JSON, as Markdown, or as an HTML page that loads nothing; `Accept` chooses. What could not be read is named in `partial`.',
    tags: ['report'],
    produces: ['application/json', 'text/markdown', 'text/html'],
    querystring: Query,
    response: {
      200: z.union([Report, z.string().describe('The same for people.')]),
      ...problems,
    },
  };
  app.get('/report', { schema }, async ({ query, headers }, reply) => {
    const now = new Date();
    const until = query.until ?? now;
    const since = query.since ?? new Date(until.getTime() - DAY_MS);
    const changes = async (place: Parameters<typeof changesOf>[1], receipt: string) =>
      await changesOf(dependencies, place, receipt);
    const report = await readReport({ ...dependencies, changes }, { since, until, now, labels: query.label });
    const type = chosen(headers.accept, ['application/json', 'text/markdown', 'text/html']);
    void reply.header('vary', 'Accept');
    if (type === 'application/json') return await (reply as FastifyReply).type(type).send(report);
    return await sendText(reply, type, reportPage(report, type === 'text/html' ? 'html' : 'markdown'));
  });
};

/** Returns what an attempt changed in its workspace, as its receipt has it; null: nothing, or it is not known. */
async function changesOf(
  { evidence }: Pick<ApiDependencies, 'evidence'>,
  place: { executionId: string; task: number; attempt: number },
  hash: string,
): Promise<ChangeFacts | null> {
  const text = await evidence.readReceipt(place, hash);
  const workspace = text === null ? null : Receipt.parse(JSON.parse(text)).workspace;
  if (workspace === null || workspace.changes.length === 0) return null;
  const { added, changed, removed, changes } = workspace;
  return { added, changed, removed, paths: changes.slice(0, PATHS).map(({ path }) => path) };
}
