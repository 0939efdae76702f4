import type { Env, Settings } from '@cc-executor/service-kit';
import type { ServiceDetails, ServiceEntry } from './children/service.ts';

/** What is handed to the agent, and to nothing else. */
const FOR_THE_AGENT = /^(ANTHROPIC|CLAUDE)_/;

/** What a service of the stack gets as its environment. */
export function environmentOf(service: ServiceEntry, env: Env, config: Settings, redisUrl: string): Env {
  const kept = Object.entries(env).filter(
    ([name]) => service.name.startsWith('worker') || !FOR_THE_AGENT.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    REDIS_URL: redisUrl,
    CC_EXECUTOR_DATA_DIR: config.CC_EXECUTOR_DATA_DIR,
    CC_EXECUTOR_WORKSPACES_DIR: config.CC_EXECUTOR_WORKSPACES_DIR,
  };
}

/** Started again, a service answers where it did before. */
export function samePort(service: ServiceEntry, last: ServiceDetails | null): Env {
  const port = last?.['port'];
  if (typeof port !== 'number') return {};
  return { [service.name === 'api' ? 'CC_EXECUTOR_API_PORT' : 'CC_EXECUTOR_WS_PORT']: String(port) };
}
