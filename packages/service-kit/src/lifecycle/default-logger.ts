import type { Env } from '../config/settings.ts';
import { createLogger, type Logger } from '../logger.ts';

/** Which variables have keys or tokens, of whatever agent or model: their values are random texts that nothing else has. */
const SECRET_NAMES = /_(API_KEY|AUTH_TOKEN|OAUTH_TOKEN|ACCESS_TOKEN|SESSION_TOKEN|SECRET_ACCESS_KEY)$/;

/** Returns the logger of a service, with the level of its settings and without any secret of its environment. */
export function defaultLogger(name: string, config: Record<string, unknown>, env: Env): Logger {
  const level = typeof config['LOG_LEVEL'] === 'string' ? config['LOG_LEVEL'] : 'info';
  return createLogger({ name, level, secrets: secretsIn(env) });
}

/** Returns the keys, tokens and passwords in an environment that must not be logged. */
export function secretsIn(env: Env): string[] {
  const values = Object.entries(env).flatMap(([name, value]) =>
    SECRET_NAMES.test(name) ? [value ?? ''] : [],
  );
  const secrets = values.flatMap((value) => value.split(',')).map((text) => text.trim());
  const urls = [env['REDIS_URL'], env['CC_EXECUTOR_SANDBOX_PROXY']];
  return [...secrets, ...urls.flatMap(passwordOf)];
}

function passwordOf(url: string | undefined): string[] {
  if (url === undefined || !URL.canParse(url)) return [];
  const { password } = new URL(url);
  return [password, decodeURIComponent(password)];
}
