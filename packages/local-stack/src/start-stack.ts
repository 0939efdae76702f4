import { createLogger, Lifecycle, readConfig, Settings, type Env } from '@cc-executor/service-kit';
import type { ServiceEntry } from './children/service.ts';
import { openStack, type OpenStack } from './open-stack.ts';
import { servicesFor } from './services.ts';
import { STOP_DEADLINE_MS } from './stop-deadline.ts';

export interface StartStackOptions {
  /** The whole environment: the stack's settings, and the environment of its services. */
  env: Env;
  /** Shows a line to the user; default: nothing is shown. */
  say?: (line: string) => void;
  /** Default: the API, the gateway and the worker of this project. */
  services?: readonly ServiceEntry[];
}

export interface Stack extends OpenStack {
  /** Ends everything. Calling it again returns the same promise. Never rejects. */
  stop: () => Promise<void>;
}

/**
 * Starts Redis, the API, the gateway and a worker as child processes of this one. Throws a ConfigError or a
 * StartFailure, with nothing left behind, if that is not possible.
 */
export async function startStack(options: StartStackOptions): Promise<Stack> {
  const { env, say = () => undefined } = options;
  const config = readConfig(Settings, env);
  const { services = servicesFor(config) } = options;
  const logger = createLogger({ name: 'cc-executor', level: 'silent' });
  const lifecycle = new Lifecycle({ logger, stopDeadlineMs: STOP_DEADLINE_MS });
  const onClose = lifecycle.onClose.bind(lifecycle);
  const onForcedEnd = lifecycle.onForcedEnd.bind(lifecycle);
  const opened = await lifecycle.start(() =>
    openStack({ config, env, say, ask: null, services, onClose, onForcedEnd }),
  );
  if (opened === undefined) throw new Error('the stack was stopped while it started');
  return {
    ...opened,
    stop: async () => {
      await lifecycle.stop('asked to');
    },
  };
}
