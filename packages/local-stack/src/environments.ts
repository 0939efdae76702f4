import type { Env, Settings } from '@cc-executor/service-kit';
import { egressSocket, launcherSocket } from './services.ts';
import type { ServiceDetails, ServiceEntry } from './children/service.ts';

/** Variables that are passed to the agent only. */
const FOR_THE_AGENT = /^(ANTHROPIC|CLAUDE|OPENAI|CODEX)_/;

/** Services that need neither Redis nor a credential: they get what is named here, and nothing else of the environment. */
const BARE: ReadonlySet<string> = new Set(['egress', 'launcher']);
const FOR_THE_BARE: ReadonlySet<string> = new Set(
  `PATH HOME USER LOGNAME TMPDIR TZ LANG LANGUAGE XDG_RUNTIME_DIR XDG_STATE_HOME
  NODE_OPTIONS NODE_COMPILE_CACHE UV_THREADPOOL_SIZE RES_OPTIONS LOCALDOMAIN LOG_LEVEL
  CC_EXECUTOR_ENGINE CC_EXECUTOR_EGRESS_SOCKET CC_EXECUTOR_LAUNCHER_SOCKET CC_EXECUTOR_DATA_DIR CC_EXECUTOR_WORKSPACES_DIR
  CC_EXECUTOR_IGNORED_NAMES`.split(/\s+/),
);
const KINDS_FOR_THE_BARE = /^(LC|CC_EXECUTOR_SANDBOX)_/;

/** Returns the environment of a service of the stack. */
export function environmentOf(service: ServiceEntry, env: Env, config: Settings, redisUrl: string): Env {
  const isBare = BARE.has(service.name);
  const isPassed = (name: string) => {
    if (isBare) return FOR_THE_BARE.has(name) || KINDS_FOR_THE_BARE.test(name);
    return service.name.startsWith('worker') || !FOR_THE_AGENT.test(name);
  };
  const kept = Object.entries(env).filter(([name]) => isPassed(name));
  const socket = launcherSocket(config);
  const egress = egressSocket(config);
  return {
    ...Object.fromEntries(kept),
    ...(!isBare && { REDIS_URL: redisUrl }),
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
