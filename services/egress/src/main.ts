import { runService } from '@cc-executor/service-kit';
import { serveEgress } from './app.ts';
import { egressSettings } from './config.ts';
import { openDependencies } from './dependencies.ts';

await runService({
  name: 'egress',
  settings: egressSettings,
  env: process.env,
  stopDeadlineMs: () => 10_000,
  start: async (context) => await serveEgress(await openDependencies(context), context),
});
