import type { Env, Settings } from '@cc-executor/service-kit';
import { egressSocket, launcherSocket } from './services.ts';
import type { ServiceDetails, ServiceEntry } from './children/service.ts';

/** Variables that are passed to the agent only. */
const FOR_THE_AGENT = /^(ANTHROPIC|CLAUDE)_/;

/** Returns the environment of a service of the stack. */
export function environmentOf(service: ServiceEntry, env: Env, config: Settings, redisUrl: string): Env {
  const kept = Object.entries(env).filter(
    ([name]) => service.name.startsWith('worker') || !FOR_THE_AGENT.test(name),
  );
  const socket = launcherSocket(config);
  const egress = egressSocket(config);
  return {
    ...Object.fromEntries(kept),
    REDIS_URL: redisUrl,
    CC_EXECUTOR_DATA_DIR: config.CC_EXECUTOR_DATA_DIR,
    CC_EXECUTOR_WORKSPACES_DIR: config.CC_EXECUTOR_WORKSPACES_DIR,
    ...(socket !== undefined && { CC_EXECUTOR_LAUNCHER_SOCKET: socket }),
    ...(egress !== undefined && { CC_EXECUTOR_EGRESS_SOCKET: egress }),
  };
}

/** Returns the settings by which a restarted service keeps its port. */
export function samePort(service: ServiceEntry, last: ServiceDetails | null): Env {
  const port = last?.['port'];
  if (typeof port !== 'number') return {};
  return { [service.name === 'api' ? 'CC_EXECUTOR_API_PORT' : 'CC_EXECUTOR_WS_PORT']: String(port) };
}
