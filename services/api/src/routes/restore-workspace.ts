import { RestoreRequest, RestoreView } from '@cc-executor/contracts';
import { refuseOwnLineage } from '@cc-executor/executions';
import { lineageOf } from '@cc-executor/service-kit/http';
import { ExecutionParams, problems, type Route } from '../route.ts';
import { restoreWorkspace } from '../snapshots/restore-workspace.ts';

export const restoreWorkspaceRoute: Route = (app, { snapshots }) => {
  const schema = {
    summary: 'Brings the workspace back to what it was before or after a task',
    description:
      'Of an execution that is paused or has ended. What it was is kept as a snapshot, so that a restore can be undone. What no snapshot has, such as node_modules and what .gitignore names, stays as it is.',
    tags: ['changes'],
    params: ExecutionParams,
    body: RestoreRequest,
    response: { 200: RestoreView, ...problems },
  };
  app.post('/executions/:id/restore', { schema }, async (request) => {
    const { id } = request.params;
    refuseOwnLineage(lineageOf(request), id, 'restored');
    return await restoreWorkspace(snapshots, id, request.body);
  });
};
