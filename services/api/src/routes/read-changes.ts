import {
  CHANGES_AGAINST,
  CHANGES_FORMATS,
  ChangesView,
  invalidRequest,
  type ChangedFile,
} from '@cc-executor/contracts';
import { shownPath } from '@cc-executor/evidence/walked-names';
import type { FileDifference } from '@cc-executor/workspaces';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { ExecutionParams, problems, TaskParams, whole, type Route } from '../route.ts';
import { askedPath, pathQuery } from '../snapshots/asked-path.ts';
import { bodyOf } from '../snapshots/content.ts';
import { ExecutionSnapshots, snapshotFailure } from '../snapshots/execution-snapshots.ts';
import { pageQuery } from '../snapshots/page.ts';

const against = z.enum(CHANGES_AGAINST, 'must be "start" or "previous"');
const Query = z.strictObject({
  format: z
    .enum(CHANGES_FORMATS, 'must be "json", "stat" or "patch"')
    .default('json')
    .describe('json: pages; stat: a summary for people; patch: what `git apply` takes'),
  ...pathQuery,
  ...pageQuery,
});
const AllQuery = Query.extend({
  against: against
    .default('start')
    .describe(
      'start: since the execution began; previous: since its last task began, or before the last join',
    ),
});
const TaskQuery = Query.extend({
  against: against
    .default('previous')
    .describe('previous: since the task began; start: since the execution began'),
  attempt: whole.optional().describe('of this attempt alone; default: of all of them'),
});
type Query = z.output<typeof Query>;

/** The two snapshots to compare. */
interface Span {
  task: number | null;
  before: string;
  after: string;
}

export const readChanges: Route = (app, { snapshots }) => {
  const common = {
    description:
      'As pages of files, as a summary, or as a patch. Empty folders and permissions beyond the executable bit are in no patch.',
    tags: ['changes'],
    produces: ['application/json', 'text/plain', 'text/x-diff'],
    response: { 200: z.union([ChangesView, z.string().describe('the summary or the patch')]), ...problems },
  };

  app.get(
    '/executions/:id/changes',
    {
      ...snapshots.fewAtOnce,
      schema: {
        ...common,
        summary: 'What an execution has changed in its workspace',
        params: ExecutionParams,
        querystring: AllQuery,
      },
    },
    async ({ params: { id }, query }, reply) => {
      const opened = await ExecutionSnapshots.open(snapshots, id);
      const before = query.against === 'start' ? opened.start() : opened.previous();
      const span = { task: null, before, after: opened.newest() };
      return await send(reply, opened, query, span);
    },
  );

  app.get(
    '/executions/:id/tasks/:n/changes',
    {
      ...snapshots.fewAtOnce,
      schema: {
        ...common,
        summary: 'What a task has changed in the workspace',
        params: TaskParams,
        querystring: TaskQuery,
      },
    },
    async ({ params: { id, n }, query }, reply) => {
      const opened = await ExecutionSnapshots.open(snapshots, id);
      const after = opened.after(n, query.attempt);
      const before = query.against === 'start' ? opened.start() : opened.before(n, query.attempt);
      return await send(reply, opened, query, { task: n, before, after });
    },
  );
};

async function send(
  reply: unknown,
  { execution, snapshots }: ExecutionSnapshots,
  query: Query,
  { task, before, after }: Span,
): Promise<FastifyReply> {
  // It streams what the schema describes.
  const answer = reply as FastifyReply;
  const path = askedPath(query);
  const paths = path === '' ? {} : { paths: [path] };
  if (query.format !== 'json') {
    const type = query.format === 'stat' ? 'text/plain' : 'text/x-diff';
    void answer.headers({ 'content-type': `${type}; charset=utf-8`, 'x-content-type-options': 'nosniff' });
    return await answer.send(await bodyOf(snapshots.patch(before, after, { ...paths, form: query.format })));
  }
  const { files, totals, next } = await snapshots
    .diff(before, after, { ...paths, cursor: query.cursor ?? null, limit: query.limit })
    .catch((error: unknown) => {
      throw snapshotFailure(error);
    });
  if (files.length === 0 && query.cursor !== undefined && Number(query.cursor) > totals.files)
    throw invalidRequest([{ path: 'cursor', message: 'is of no page' }]);
  const view: ChangesView = {
    execution_id: execution.record.execution_id,
    task,
    before,
    after,
    totals: { files: totals.files, lines_added: totals.added, lines_removed: totals.removed },
    files: files.map(shown),
    next_cursor: next,
  };
  return await answer.send(view);
}

function shown({ path, from, change, added, removed, before, after }: FileDifference): ChangedFile {
  return {
    ...shownPath(path),
    from: from === null ? null : shownPath(from),
    change,
    binary: added === null,
    lines_added: added,
    lines_removed: removed,
    before: before as ChangedFile['before'],
    after: after as ChangedFile['after'],
  };
}
