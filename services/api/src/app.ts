import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  type ZodTypeProvider,
} from '@fastify/type-provider-zod';
import { buildHttpApp, version, type StartContext } from '@cc-executor/service-kit';
import type { ApiConfig } from './config.ts';
import type { ApiDependencies } from './dependencies.ts';
import { serializeJson } from './serialize.ts';
import { authRoutes } from './routes/auth.ts';
import { cancelExecution } from './routes/cancel-execution.ts';
import { health } from './routes/health.ts';
import { listExecutionsRoute } from './routes/list-executions.ts';
import { readExecutionRoutes } from './routes/read-execution.ts';
import { readOutput } from './routes/read-output.ts';
import { streamEvents } from './routes/stream-events.ts';
import { submitExecution } from './routes/submit-execution.ts';

const ROUTES = [
  submitExecution,
  listExecutionsRoute,
  readExecutionRoutes,
  streamEvents,
  readOutput,
  cancelExecution,
  authRoutes,
  health,
];

/** Builds the API; it does not listen. */
export async function buildApi(
  dependencies: ApiDependencies,
  { config, logger }: Pick<StartContext<ApiConfig>, 'config' | 'logger'>,
) {
  const app = buildHttpApp({ config, logger, publicPrefixes: ['/docs'] });
  app.setSerializerCompiler(serializeJson);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'cc-executor',
        version,
        description: 'Runs long lists of tasks through a coding agent: in order, streamed, with evidence.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: config.CC_EXECUTOR_API_KEY.length > 0 ? [{ key: [] }] : [],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
  const typed = app.withTypeProvider<ZodTypeProvider>();
  for (const route of ROUTES) route(typed, dependencies);
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  return app;
}
