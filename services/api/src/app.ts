import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { ZodTypeProvider } from '@fastify/type-provider-zod';
import { type StartContext } from '@cc-executor/service-kit';
import { buildHttpApp, whoNeedsKey } from '@cc-executor/service-kit/http';
import type { AddressInfo } from 'node:net';
import type { ApiConfig } from './config.ts';
import type { ApiDependencies } from './dependencies.ts';
import { describeApi, withServers } from './openapi.ts';
import { ownUrl } from './own-url.ts';
import { analyzeTasks } from './routes/analyze-tasks.ts';
import { authRoutes } from './routes/auth.ts';
import { controlExecution } from './routes/control-execution.ts';
import { health } from './routes/health.ts';
import { listAgents } from './routes/agents.ts';
import { hookStatus } from './routes/hook-status.ts';
import { listExecutionsRoute } from './routes/list-executions.ts';
import { mcp } from './routes/mcp.ts';
import { readChanges } from './routes/read-changes.ts';
import { page } from './routes/page.ts';
import { readConfiguration } from './routes/read-configuration.ts';
import { readExecutionRoutes } from './routes/read-execution.ts';
import { readEvidence } from './routes/read-evidence.ts';
import { readFiles } from './routes/read-files.ts';
import { readHistory } from './routes/read-history.ts';
import { readOutput } from './routes/read-output.ts';
import { readReportRoute } from './routes/read-report.ts';
import { rerunExecution } from './routes/rerun-execution.ts';
import { restoreWorkspaceRoute } from './routes/restore-workspace.ts';
import { readSchema } from './routes/read-schema.ts';
import { search } from './routes/search.ts';
import { workers } from './routes/workers.ts';
import { streamEvents } from './routes/stream-events.ts';
import { streamFeed } from './routes/stream-feed.ts';
import { submitExecution } from './routes/submit-execution.ts';
import type { FastifySerializerCompiler } from 'fastify/types/schema.js';

/**
 * Answers are built from typed views, and their schemas are for the description: tests check them, not
 * every answer, where a check could only turn a good answer into an error.
 */
const serializeJson: FastifySerializerCompiler<unknown> = () => (data) => JSON.stringify(data);

const ROUTES = [
  submitExecution,
  rerunExecution,
  analyzeTasks,
  listExecutionsRoute,
  readExecutionRoutes,
  streamEvents,
  streamFeed,
  readOutput,
  search,
  readChanges,
  readFiles,
  restoreWorkspaceRoute,
  readEvidence,
  readHistory,
  readReportRoute,
  controlExecution,
  authRoutes,
  hookStatus,
  listAgents,
  workers,
  readConfiguration,
  readSchema,
  mcp,
  page,
  health,
];

/** The policy of the page that describes the API: only its own files, and in no frame. Its library sets styles of elements. */
const DOCS_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Builds the API without listening. */
export async function buildApi(
  dependencies: ApiDependencies,
  { config, logger }: Pick<StartContext<ApiConfig>, 'config' | 'logger'>,
) {
  const app = buildHttpApp({
    config,
    logger,
    publicPrefixes: ['/docs', '/schemas/'],
    installationKey: dependencies.installationKey,
  });
  app.setSerializerCompiler(serializeJson);
  await app.register(swagger, describeApi({ keyFor: whoNeedsKey(config) }));
  const described = <T extends object>(document: T) =>
    withServers(document, ownUrl(config.CC_EXECUTOR_HOST, app.server.address() as AddressInfo));
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: DOCS_POLICY,
    transformSpecification: described,
  });
  const typed = app.withTypeProvider<ZodTypeProvider>();
  for (const route of ROUTES) route(typed, dependencies);
  app.get('/openapi.json', { schema: { hide: true } }, () => described(app.swagger()));
  return app;
}
