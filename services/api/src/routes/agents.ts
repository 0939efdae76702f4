import { AgentsView } from '@cc-executor/contracts';
import { readAgents } from '@cc-executor/executions';
import { problems, type Route } from '../route.ts';

export const listAgents: Route = (app, { directory }) => {
  app.get(
    '/agents',
    {
      schema: {
        summary: 'Which agents there are, what they can do, and whether they can be used here',
        tags: ['agents'],
        response: { 200: AgentsView, ...problems },
      },
    },
    async (): Promise<AgentsView> => await readAgents(directory),
  );
};
