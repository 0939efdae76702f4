import { methodInUse } from '@cc-executor/agents/fingerprint';
import { Poller } from '@cc-executor/service-kit/poller';
import { runService, Settings } from '@cc-executor/service-kit';
import { writeFile } from 'node:fs/promises';
import { Carrier } from './carrier.ts';

/** A refreshed login is on the other side after so long, in milliseconds. */
const EVERY_MS = 1000;

// Beside the worker, in its own container: main.ts <the user's folder> <the folder of tasks> <file of the last look>.
const [host = '', inside = '', lastLook = ''] = process.argv.slice(2);

await runService({
  name: 'login',
  settings: Settings.pick({ LOG_LEVEL: true }),
  env: process.env,
  start: async ({ env, logger, onClose }) => {
    const set = Object.fromEntries(
      Object.entries(env).filter((entry): entry is [string, string] => Boolean(entry[1])),
    );
    const isWithheld = methodInUse(set) !== 'claude_login';
    const carrier = new Carrier({
      host,
      inside,
      isWithheld,
      onTrouble: (message) => logger.warn(message),
    });
    const look = async () => {
      const carried = await carrier.look();
      if (carried !== null)
        logger.info(carried === 'withdrawn' ? 'withdrew the login' : `carried the login ${carried}`);
      await writeFile(lastLook, '');
    };
    const poller = new Poller({
      everyMs: EVERY_MS,
      work: look,
      onError: (error) => logger.warn({ err: error }, 'could not look'),
    });
    onClose('poller', async () => {
      await poller.close();
      // The worker has ended before this: what it refreshed last is not to be lost.
      await carrier.look();
    });
    await look();
    return { withheld: isWithheld };
  },
});
