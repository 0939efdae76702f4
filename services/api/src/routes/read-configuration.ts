import { Configuration } from '@cc-executor/contracts';
import { Settings, version } from '@cc-executor/service-kit';
import { problems, type Route } from '../route.ts';

export const readConfiguration: Route = (app, { config }) => {
  const settings = Object.fromEntries(
    Object.entries(config).filter(
      ([name]) => Settings.shape[name as keyof Settings]?.meta()?.['secret'] !== true,
    ),
  );
  const schema = {
    summary: 'The settings that the API runs with; secrets are left out',
    tags: ['health'],
    response: { 200: Configuration, ...problems },
  };
  app.get('/configuration', { schema }, () => ({ version, settings }));
};
