import { RestoreRequest, RestoreView } from '@cc-executor/contracts';
import { refuseOwnLineage } from '@cc-executor/executions';
import { lineageOf } from '@cc-executor/service-kit/http';
import { ExecutionParams, problems, type Route } from '../route.ts';
import { restoreWorkspace } from '../snapshots/restore-workspace.ts';

export const restoreWorkspaceRoute: Route = (app, { snapshots }) => {
  const schema = {
    summary: 'Brings the workspace back to what it was before or after a task',
    description:
      'Only while an execution is paused or after it has ended. The current state is kept as a snapshot, so a restore can be undone. Files that no snapshot has, such as node_modules and files in .gitignore, do not change.',
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
