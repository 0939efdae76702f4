import type { StartContext } from '@cc-executor/service-kit';
import type { EgressConfig } from './config.ts';
import { listen } from './control/listen.ts';
import type { EgressDependencies } from './dependencies.ts';

/** Starts answering on the socket. Returns what egress reports when it is ready. */
export async function serveEgress(
  { socket, ways }: EgressDependencies,
  { logger, onClose }: Pick<StartContext<EgressConfig>, 'logger' | 'onClose'>,
) {
  const server = await listen(socket, ways, logger);
  onClose('socket', () => server.close());
  ways.begin();
  return { address: `unix:${socket}` };
}
