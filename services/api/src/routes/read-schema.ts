import { taskFileSchema } from '@cc-executor/contracts';
import { z } from 'zod';
import { problems, type Route } from '../route.ts';

export const readSchema: Route = (app) => {
  const answer = taskFileSchema();
  const schema = {
    summary: 'The JSON Schema of a task list, for editors',
    tags: ['executions'],
    response: { 200: z.looseObject({}), ...problems },
  };
  app.get('/schemas/task-list.json', { schema }, () => answer);
};
