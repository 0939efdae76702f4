import { runService } from '@cc-executor/service-kit';
import { serveEgress } from './app.ts';
import { egressSettings } from './config.ts';
import { openDependencies } from './dependencies.ts';

// Node starts its threads at the first look-up or work with a file, after this. A look-up keeps one until the resolver answers
// or gives up, and look-ups may have half of them.
process.env['UV_THREADPOOL_SIZE'] ??= '128';

await runService({
  name: 'egress',
  settings: egressSettings,
  env: process.env,
  stopDeadlineMs: () => 10_000,
  start: async (context) => await serveEgress(await openDependencies(context), context),
});
