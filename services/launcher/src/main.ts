import { runService } from '@cc-executor/service-kit';
import { serveLauncher } from './app.ts';
import { launcherSettings } from './config.ts';
import { openDependencies } from './dependencies.ts';

await runService({
  name: 'launcher',
  settings: launcherSettings,
  env: process.env,
  stopDeadlineMs: () => 20_000,
  start: async (context) => await serveLauncher(await openDependencies(context), context),
});
