import { claudeExecutable } from '@cc-executor/agents';
import { readConfig, Settings, type Env } from '@cc-executor/service-kit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs the login of the Claude Code that runs the tasks, on this terminal; with `asToken` it prints a token that is valid
 * for a year, and stores nothing. Returns whether it succeeded. Throws a ConfigError for settings with faults.
 */
export async function logIn(env: Env, { asToken }: { asToken: boolean }): Promise<boolean> {
  const program = claudeExecutable(readConfig(Settings, env).CC_EXECUTOR_CLAUDE ?? null);
  const child = spawn(program, asToken ? ['setup-token'] : ['auth', 'login'], { env, stdio: 'inherit' });
  // Ctrl-C is for the program on the terminal; this process reports the result afterwards.
  const wait = () => undefined;
  process.on('SIGINT', wait);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return code === 0;
  } finally {
    process.off('SIGINT', wait);
  }
}
