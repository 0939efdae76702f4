import { AnalysisView, ExecuteRequest } from '@cc-executor/contracts';
import { analyze } from '@cc-executor/executions';
import { loadPerCore } from '@cc-executor/service-kit';
import { problems, type Route } from '../route.ts';

export const analyzeTasks: Route = (app, dependencies) => {
  const schema = {
    summary: 'What a task list is, how long it may take, and what may be wrong with it; runs nothing',
    tags: ['executions'],
    body: ExecuteRequest,
    response: { 200: AnalysisView, ...problems },
  };
  app.post('/tasks/analyze', { schema }, async ({ body }) => {
    const workers = await dependencies.directory.list().catch(() => []);
    return await analyze(dependencies, body, loadPerCore(), workers);
  });
};
