import type { StartContext } from '@cc-executor/service-kit';
import { openClientStores } from '@cc-executor/stores';
import type { GatewayConfig } from './config.ts';

export type GatewayDependencies = Awaited<ReturnType<typeof openDependencies>>;

/** Opens the connections and stores of the gateway. */
export async function openDependencies(context: StartContext<GatewayConfig>) {
  return { config: context.config, ...(await openClientStores(context)) };
}
