import { messageOf } from '../packages/service-kit/src/index.ts';
import { ensureRedisServer } from '../packages/local-stack/src/redis/redis-server.ts';

/** Brings what the tests need of the machine; quick when it is there. */
try {
  await ensureRedisServer({ searchPath: process.env['PATH'], say: (line) => console.log(line) });
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
