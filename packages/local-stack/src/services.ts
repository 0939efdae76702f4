import { createRequire } from 'node:module';
import { join } from 'node:path';
import { StartFailure, type Settings } from '@cc-executor/service-kit';
import type { ServiceEntry } from './children/service.ts';

const require = createRequire(import.meta.url);

/** The services of the stack. They end in reverse order: first the worker, so that the others can report it. */
export const SERVICES: readonly ServiceEntry[] = [
  { name: 'api', main: require.resolve('@cc-executor/api') },
  { name: 'gateway', main: require.resolve('@cc-executor/gateway') },
  { name: 'worker', main: require.resolve('@cc-executor/worker') },
];
const EGRESS: ServiceEntry = { name: 'egress', main: require.resolve('@cc-executor/egress') };
const LAUNCHER: ServiceEntry = { name: 'launcher', main: require.resolve('@cc-executor/launcher') };

type Config = Pick<
  Settings,
  | 'CC_EXECUTOR_LAUNCHER_SOCKET'
  | 'CC_EXECUTOR_ISOLATION'
  | 'CC_EXECUTOR_MIN_ISOLATION'
  | 'CC_EXECUTOR_DATA_DIR'
  | 'CC_EXECUTOR_EGRESS_SOCKET'
  | 'CC_EXECUTOR_SANDBOX_HOSTS'
>;

/** Returns the socket of the stack's own launcher; undefined: no task can run in a container. */
export function launcherSocket(config: Config): string | undefined {
  const isWanted = [config.CC_EXECUTOR_ISOLATION, config.CC_EXECUTOR_MIN_ISOLATION].includes('container');
  const own = isWanted ? join(config.CC_EXECUTOR_DATA_DIR, 'launcher', 'launcher.sock') : undefined;
  return config.CC_EXECUTOR_LAUNCHER_SOCKET ?? own;
}

/** Returns the socket of the stack's own egress; undefined: no container may reach another host. */
export function egressSocket(config: Config): string | undefined {
  const isWanted = launcherSocket(config) !== undefined && config.CC_EXECUTOR_SANDBOX_HOSTS.length > 0;
  const own = isWanted ? join(config.CC_EXECUTOR_DATA_DIR, 'egress', 'egress.sock') : undefined;
  return config.CC_EXECUTOR_EGRESS_SOCKET ?? own;
}

/**
 * Returns the services of a stack; with a launcher and egress where tasks may run in containers and reach hosts. Throws a
 * StartFailure where what only the launcher needs was not brought, as in a folder that was set up before a setting asked for
 * containers.
 */
export function servicesFor(config: Config): readonly ServiceEntry[] {
  if (launcherSocket(config) === undefined) return SERVICES;
  try {
    createRequire(LAUNCHER.main).resolve('dockerode');
  } catch (cause) {
    throw new StartFailure(
      'The programs that start containers are not installed yet: "npx cc-executor doctor", with these settings, installs them.',
      { cause },
    );
  }
  const egress = egressSocket(config) === undefined ? [] : [EGRESS];
  return [...egress, LAUNCHER, ...SERVICES];
}
