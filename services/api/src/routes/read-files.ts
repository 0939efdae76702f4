import { FilesView, SnapshotPoint, type FileEntry } from '@cc-executor/contracts';
import { shownPath } from '@cc-executor/evidence/walked-names';
import type { SnapshotEntry } from '@cc-executor/workspaces';
import { z } from 'zod';
import { answerRange } from '../byte-range.ts';
import { ExecutionParams, problems, type Route } from '../route.ts';
import { askedPath, pathQuery } from '../snapshots/asked-path.ts';
import { bodyOf, part } from '../snapshots/content.ts';
import { ExecutionSnapshots, snapshotFailure } from '../snapshots/execution-snapshots.ts';
import { pageOf, pageQuery } from '../snapshots/page.ts';

const PointQuery = z.strictObject({ at: SnapshotPoint.default('now'), ...pathQuery });
const PageQuery = PointQuery.extend(pageQuery);
const bytes = z.unknown().describe('the bytes');
/** The number of omitted paths that are named. */
const MOST_LEFT_OUT = 100;
/** File contents are untrusted: a browser must neither run them nor show them as a page. */
const CONTENT_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
};

export const readFiles: Route = (app, { snapshots }) => {
  const common = { tags: ['changes'], params: ExecutionParams };

  app.get(
    '/executions/:id/files',
    {
      ...snapshots.fewAtOnce,
      schema: {
        ...common,
        summary: 'What is in a folder of the workspace at a snapshot',
        querystring: PageQuery,
        response: { 200: FilesView, ...problems },
      },
    },
    async ({ params: { id }, query }) => {
      const opened = await ExecutionSnapshots.open(snapshots, id);
      const snapshot = opened.at(query.at);
      const path = askedPath(query);
      const [entries, { leftOut }] = await Promise.all([
        opened.snapshots.files(snapshot, path),
        opened.snapshots.summary(snapshot),
      ]).catch((error: unknown) => {
        throw snapshotFailure(error);
      });
      const { page, next } = pageOf(entries, query);
      return {
        execution_id: id,
        snapshot,
        ...shownPath(path),
        files: page.map(shown),
        left_out: leftOut.slice(0, MOST_LEFT_OUT).map((left) => ({ ...shownPath(left.path), why: left.why })),
        next_cursor: next,
      };
    },
  );

  app.get(
    '/executions/:id/file',
    {
      ...snapshots.fewAtOnce,
      schema: {
        ...common,
        summary: 'A file of the workspace at a snapshot, byte for byte; answers ranges',
        description: 'Of a link: its target.',
        produces: ['application/octet-stream'],
        querystring: PointQuery,
        response: { 200: bytes, 206: bytes, ...problems },
      },
    },
    async (request, reply) => {
      const opened = await ExecutionSnapshots.open(snapshots, request.params.id);
      const path = askedPath(request.query);
      const file = await opened.snapshots.read(opened.at(request.query.at), path).catch((error: unknown) => {
        throw snapshotFailure(error);
      });
      void reply.headers({
        ...CONTENT_HEADERS,
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment',
        etag: `"${file.id ?? ''}"`,
      });
      const range = answerRange(reply, request.headers.range, file.bytes);
      return await reply.send(await bodyOf(part(file.content, range)));
    },
  );

  app.get(
    '/executions/:id/archive',
    {
      ...snapshots.fewAtOnce,
      schema: {
        ...common,
        summary: 'The workspace, or a folder of it, at a snapshot, as a tar.gz',
        description: 'Without empty folders; of permissions it has the executable bit.',
        produces: ['application/gzip'],
        querystring: PointQuery,
        response: { 200: bytes, ...problems },
      },
    },
    async ({ params: { id }, query }, reply) => {
      const opened = await ExecutionSnapshots.open(snapshots, id);
      const name = `${id}-${query.at.replace(':', '-')}.tar.gz`;
      const content = opened.snapshots.archive(opened.at(query.at), askedPath(query));
      const body = await bodyOf(content);
      void reply.headers({
        ...CONTENT_HEADERS,
        'content-type': 'application/gzip',
        'content-disposition': `attachment; filename="${name.replaceAll(/[^\w.-]/g, '_')}"`,
      });
      return await reply.send(body);
    },
  );
};

function shown({ name, kind, permissions, bytes: size, id }: SnapshotEntry): FileEntry {
  const { path, encoding } = shownPath(name);
  return {
    name: path,
    ...(encoding ? { encoding } : {}),
    kind,
    permissions: permissions === null ? null : permissions.toString(8),
    bytes: size,
    id,
  };
}
