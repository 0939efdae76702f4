import { type StartContext } from '@cc-executor/service-kit';
import { listen } from '@cc-executor/service-kit/http';
import type { FastifyInstance } from 'fastify';
import type { ApiConfig } from './config.ts';

/** Starts listening. Returns what the API reports when it is ready. */
export async function serve(app: FastifyInstance, { config, onClose }: StartContext<ApiConfig>) {
  onClose('http', () => app.close());
  const { CC_EXECUTOR_HOST: host, CC_EXECUTOR_API_PORT: port } = config;
  return await listen(app, { host, port, setting: 'CC_EXECUTOR_API_PORT' });
}
