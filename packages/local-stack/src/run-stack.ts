import { createLogger, runService, Settings, version, type Env } from '@cc-executor/service-kit';
import { openStack } from './open-stack.ts';
import { installationKeyOf } from './installation-key.ts';
import { servicesFor } from './services.ts';
import { STOP_DEADLINE_MS } from './stop-deadline.ts';
import { askAtTerminal } from './terminal/ask.ts';
import { linesAtEnd, readOpenLists } from './terminal/open-lists.ts';
import { readAuthStatus } from './terminal/auth-status.ts';
import { shortLine } from './terminal/short-line.ts';
import { welcome } from './terminal/welcome.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Runs the whole stack in this process until a signal ends both, and prints what runs. */
export async function runStack(env: Env): Promise<void> {
  await runService({
    name: 'cc-executor',
    settings: Settings,
    env,
    stopDeadlineMs: () => STOP_DEADLINE_MS,
    logger: () => createLogger({ name: 'cc-executor', level: 'warn', destination: { write: showLine } }),
    start: async (context) => {
      const stack = await openStack({
        ...context,
        say,
        ask: askAtTerminal(),
        services: servicesFor(context.config),
      });
      const [ownKey] = context.config.CC_EXECUTOR_API_KEY;
      const apiKey = ownKey ?? installationKeyOf(context.env, stack.apiUrl);
      // Registered last, so it is the first: the API still answers.
      context.onClose('line', async () => {
        say('cc-executor is ending.');
        const lists = await readOpenLists(stack.apiUrl, apiKey);
        if (lists !== null) for (const line of linesAtEnd(lists)) say(line);
      });
      const [auth, lists] = await Promise.all([
        readAuthStatus(stack.apiUrl, apiKey),
        // A client may have submitted a list before this line: that one does not continue.
        readOpenLists(stack.apiUrl, apiKey, performance.timeOrigin),
      ]);
      const dataDir = context.config.CC_EXECUTOR_DATA_DIR;
      const facts = {
        version,
        api: stack.apiUrl,
        ws: stack.wsUrl,
        dataDir,
        auth,
        needsKey: ownKey !== undefined,
        lists,
      };
      say(welcome(facts).join('\n'));
      return { api: stack.apiUrl, ws: stack.wsUrl, pids: stack.pids() };
    },
  });
}

function showLine(line: string): void {
  const short = shortLine('cc-executor', line.trimEnd());
  if (short !== null) say(short);
}
