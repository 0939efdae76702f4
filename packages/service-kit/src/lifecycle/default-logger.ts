import type { Env } from '../config/settings.ts';
import { createLogger, type Logger } from '../logger.ts';

const SECRET_SETTINGS = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CC_EXECUTOR_API_KEY',
];

/** Returns the logger of a service, with the level of its settings and without any secret of its environment. */
export function defaultLogger(name: string, config: Record<string, unknown>, env: Env): Logger {
  const level = typeof config['LOG_LEVEL'] === 'string' ? config['LOG_LEVEL'] : 'info';
  return createLogger({ name, level, secrets: [...secretsOf(env), ...passwordOf(env['REDIS_URL'])] });
}

function secretsOf(env: Env): string[] {
  return SECRET_SETTINGS.flatMap((setting) => (env[setting] ?? '').split(',')).map((text) => text.trim());
}

function passwordOf(url: string | undefined): string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { password } = new URL(url);
  return [password, decodeURIComponent(password)];
}
