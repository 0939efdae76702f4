import { readConfig, Settings, type Env } from '@cc-executor/service-kit';
import { BoxLauncher, type About } from '@cc-executor/sandbox';
import { launcherSocket } from './services.ts';

/**
 * Returns what the launcher of this installation works with, or in words why it does not work; null: no setting asks for
 * containers. Throws a ConfigError for settings with faults.
 */
export async function aboutContainers(env: Env): Promise<About | string | null> {
  const socket = launcherSocket(readConfig(Settings, env));
  if (socket === undefined) return null;
  return await new BoxLauncher({ socket, user: { uid: 1, gid: 1 } }).about();
}
