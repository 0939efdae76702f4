import { WorkersView } from '@cc-executor/contracts';
import { readWorkers } from '@cc-executor/executions';
import { problems, type Route } from '../route.ts';

export const workers: Route = (app, { directory, wakeUps }) => {
  app.get(
    '/workers',
    {
      schema: {
        summary: 'Who works, how much at the same time, and the limits of the plan',
        tags: ['health'],
        response: { 200: WorkersView, ...problems },
      },
    },
    async (): Promise<WorkersView> => {
      const [all, { waiting, oldestSeconds }] = await Promise.all([
        readWorkers(directory),
        wakeUps.backlog(),
      ]);
      return { workers: all, queue: { wake_ups: waiting, oldest: oldestSeconds } };
    },
  );
};
