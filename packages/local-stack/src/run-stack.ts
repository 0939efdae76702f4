import { createLogger, runService, Settings, version, type Env } from '@cc-executor/service-kit';
import { openStack } from './open-stack.ts';
import { SERVICES } from './services.ts';
import { STOP_DEADLINE_MS } from './stop-deadline.ts';
import { askAtTerminal } from './terminal/ask.ts';
import { readAuthStatus } from './terminal/auth-status.ts';
import { shortLine } from './terminal/short-line.ts';
import { welcome } from './terminal/welcome.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Runs the whole stack in this process until a signal ends both; tells the user what runs. */
export async function runStack(env: Env): Promise<void> {
  await runService({
    name: 'cc-executor',
    settings: Settings,
    env,
    stopDeadlineMs: () => STOP_DEADLINE_MS,
    logger: () => createLogger({ name: 'cc-executor', level: 'warn', destination: { write: showLine } }),
    start: async (context) => {
      const stack = await openStack({ ...context, say, ask: askAtTerminal(), services: SERVICES });
      context.onClose('line', () => say('cc-executor is ending.'));
      const [apiKey] = context.config.CC_EXECUTOR_API_KEY;
      const auth = await readAuthStatus(stack.apiUrl, apiKey);
      const dataDir = context.config.CC_EXECUTOR_DATA_DIR;
      const facts = {
        version,
        api: stack.apiUrl,
        ws: stack.wsUrl,
        dataDir,
        auth,
        needsKey: apiKey !== undefined,
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
