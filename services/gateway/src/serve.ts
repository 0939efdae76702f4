import { type StartContext } from '@cc-executor/service-kit';
import { listen, listenToo } from '@cc-executor/service-kit/http';
import type { FastifyInstance } from 'fastify';
import type { GatewayConfig } from './config.ts';

/** Starts listening. Returns what the gateway reports when it is ready. */
export async function serve(app: FastifyInstance, { config, onClose }: StartContext<GatewayConfig>) {
  onClose('http', () => app.close());
  const { CC_EXECUTOR_HOST: host, CC_EXECUTOR_WS_PORT: port, CC_EXECUTOR_EXTRA_WS_PORT: extra } = config;
  if (extra !== undefined) await listenToo(app, { host, port: extra, setting: 'CC_EXECUTOR_EXTRA_WS_PORT' });
  return await listen(app, { host, port, setting: 'CC_EXECUTOR_WS_PORT' });
}
