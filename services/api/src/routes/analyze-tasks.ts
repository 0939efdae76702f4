import { AnalysisView, ExecuteRequest } from '@cc-executor/contracts';
import { analyze } from '@cc-executor/executions';
import { loadPerCore } from '@cc-executor/service-kit';
import { problems, type Route } from '../route.ts';

export const analyzeTasks: Route = (app, { statistics, directory, workspaces }) => {
  const schema = {
    summary: 'What a task list is, how long it may take, and what may be wrong with it; runs nothing',
    tags: ['executions'],
    body: ExecuteRequest,
    response: { 200: AnalysisView, ...problems },
  };
  app.post('/tasks/analyze', { schema }, async ({ body }) => {
    if (body.workspace !== undefined) await workspaces.resolve(body.workspace);
    return await analyze(statistics, body, loadPerCore(), await directory.list().catch(() => []));
  });
};
