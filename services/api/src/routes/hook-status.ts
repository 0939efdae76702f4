import { HookStatus } from '@cc-executor/contracts';
import { readHookStatus } from '@cc-executor/executions';
import { problems, type Route } from '../route.ts';

export const hookStatus: Route = (app, { directory }) => {
  app.get(
    '/hooks/status',
    {
      schema: {
        summary: 'What hooks there are, and how their last runs went',
        tags: ['hooks'],
        response: { 200: HookStatus, ...problems },
      },
    },
    async (): Promise<HookStatus> => await readHookStatus(directory),
  );
};
