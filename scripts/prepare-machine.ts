import { messageOf } from '../packages/service-kit/src/index.ts';
import { ensureRedisServer } from '../packages/local-stack/src/redis/redis-server.ts';
import { askAtTerminal } from '../packages/local-stack/src/terminal/ask.ts';

/** Brings what the tests need of the machine; quick when it is there. */
try {
  const say = (line: string) => console.log(line);
  await ensureRedisServer({ searchPath: process.env['PATH'], say, ask: askAtTerminal() });
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
