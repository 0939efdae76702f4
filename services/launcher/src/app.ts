import type { StartContext } from '@cc-executor/service-kit';
import type { LauncherConfig } from './config.ts';
import { listen } from './connections/listen.ts';
import type { LauncherDependencies } from './dependencies.ts';

/** Starts answering on the socket. Returns what the launcher reports when it is ready. */
export async function serveLauncher(
  { socket, boxes }: LauncherDependencies,
  { logger, onClose }: Pick<StartContext<LauncherConfig>, 'logger' | 'onClose'>,
) {
  const server = await listen(socket, boxes, logger);
  onClose('socket', () => server.close());
  boxes.begin();
  return { address: `unix:${socket}` };
}
