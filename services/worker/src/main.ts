import { runService } from '@cc-executor/service-kit';
import { buildWorker } from './app.ts';
import { workerSettings } from './config.ts';
import { openDependencies } from './dependencies.ts';

await runService({
  name: 'worker',
  settings: workerSettings,
  env: process.env,
  // A released run gets its grace period, and some time to record its end.
  stopDeadlineMs: ({ CC_EXECUTOR_DRAIN }) => CC_EXECUTOR_DRAIN * 1000 + 20_000,
  start: async (context) => await buildWorker(await openDependencies(context), context),
});
