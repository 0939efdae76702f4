import { ExecutionView, GraphView, ResultsView, StatusView } from '@cc-executor/contracts';
import {
  mermaidOf,
  readExecution,
  readGraph,
  readResults,
  readStatus,
  readSubmission,
} from '@cc-executor/executions';
import { z } from 'zod';
import { ExecutionParams, problems, type Route } from '../route.ts';

export const readExecutionRoutes: Route = (app, { store, outputs }) => {
  const common = { tags: ['executions'], params: ExecutionParams };
  app.get(
    '/executions/:id',
    { schema: { ...common, summary: 'Everything about one', response: { 200: ExecutionView, ...problems } } },
    async ({ params }) => await readExecution(store, params.id),
  );
  app.get(
    '/executions/:id/submission',
    {
      schema: {
        ...common,
        summary: 'The list that it was made of, as it may be submitted again',
        response: { 200: z.looseObject({}).describe('A body of POST /execute.'), ...problems },
      },
    },
    async ({ params }): Promise<Record<string, unknown>> => await readSubmission(store, params.id),
  );
  app.get(
    '/executions/:id/status',
    { schema: { ...common, summary: 'The poll: small', response: { 200: StatusView, ...problems } } },
    async ({ params }) => await readStatus(store, params.id),
  );
  app.get(
    '/executions/:id/results',
    { schema: { ...common, summary: 'What each task gave', response: { 200: ResultsView, ...problems } } },
    async ({ params }) => await readResults({ store, outputs }, params.id),
  );
  app.get(
    '/executions/:id/graph',
    {
      schema: {
        ...common,
        querystring: z.strictObject({
          format: z
            .enum(['json', 'mermaid'], 'must be "json" or "mermaid"')
            .default('json')
            .describe('mermaid: a flowchart, as text.'),
        }),
        summary: 'What its tasks need, and where they stand',
        response: {
          200: z.union([GraphView, z.string().describe('A flowchart of Mermaid, as text/plain.')]),
          ...problems,
        },
      },
    },
    async ({ params, query }, reply) => {
      const graph = await readGraph(store, params.id);
      if (query.format === 'json') return graph;
      reply.type('text/plain; charset=utf-8');
      return mermaidOf(graph);
    },
  );
};
