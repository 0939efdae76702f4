import { runService } from '@cc-executor/service-kit';
import { buildGateway } from './app.ts';
import { gatewaySettings } from './config.ts';
import { openDependencies } from './dependencies.ts';
import { serve } from './serve.ts';

await runService({
  name: 'gateway',
  settings: gatewaySettings,
  env: process.env,
  start: async (context) =>
    await serve(await buildGateway(await openDependencies(context), context), context),
});
