import { runService } from '@cc-executor/service-kit';
import { buildApi } from './app.ts';
import { apiSettings } from './config.ts';
import { openDependencies } from './dependencies.ts';
import { serve } from './serve.ts';

await runService({
  name: 'api',
  settings: apiSettings,
  env: process.env,
  start: async (context) => await serve(await buildApi(await openDependencies(context), context), context),
});
