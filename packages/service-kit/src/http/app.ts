import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { CcError, LIMITS } from '@cc-executor/contracts';
import type { Logger } from '../logger.ts';
import { answerClientError, newRequestId } from './client-errors.ts';
import { useCors } from './cors.ts';
import { createGuard, type Guard, type GuardSettings } from './guard.ts';
import { useJsonBodies } from './json-body.ts';
import { useLingeringRefusals } from './linger.ts';
import { sendProblem, useProblems } from './problems.ts';
import { RequestLog } from './request-log.ts';
import { useZodValidation } from './validation.ts';

declare module 'fastify' {
  interface FastifyInstance {
    guard: Guard;
  }
  interface FastifyContextConfig {
    /** Answered without a key; Host and Origin are still checked. */
    public?: boolean;
  }
}

export interface HttpAppOptions {
  config: GuardSettings;
  logger: Logger;
  /** Addresses with this prefix are answered without a key, like routes with `config: { public: true }`. */
  publicPrefixes?: readonly string[];
  /** The key that is required if none is set and the peer is not the service's own user; default: none. */
  installationKey?: string | null;
}

/** The deadline for receiving a whole request, in milliseconds: longer than 10 MiB take on a slow line. */
const REQUEST_TIMEOUT_MS = 120_000;
/** Answers that are in progress when the app closes are cut after this time, in milliseconds. */
const DRAIN_MS = 5000;

/** Headers of every answer: nothing here may be framed, or interpreted as another type. */
const SHIELD = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
};

/** Builds a Fastify app with what all services share: access control, JSON bodies, problems, a clean close. */
export function buildHttpApp({
  config,
  logger,
  publicPrefixes = [],
  installationKey = null,
}: HttpAppOptions): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = logger;
  const app: FastifyInstance = Fastify({
    loggerInstance,
    logController: new RequestLog(),
    genReqId: newRequestId,
    trustProxy: false,
    bodyLimit: LIMITS.bodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // Fastify's own answer is not a problem document; the hook below sends one.
    return503OnClosing: false,
    // The guard reports a missing Host as a problem.
    http: { requireHostHeader: false },
    // Parameters have their own schemas; the length of the headers bounds them.
    routerOptions: { maxParamLength: 64 * 1024 },
    frameworkErrors: sendProblem,
    clientErrorHandler: answerClientError,
  });
  const guard = createGuard(config, installationKey);
  let closing = false;

  app.decorate('guard', guard);
  useJsonBodies(app);
  useZodValidation(app);
  useProblems(app);
  useLingeringRefusals(app);
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'x-request-id': request.id, ...SHIELD });
    guard.checkSource(request.headers);
    await guard.meet(request.raw.socket);
  });
  useCors(app);
  // After the CORS hook: a page may read a rejection, and its browser sends a preflight without the key.
  app.after(() => {
    app.addHook('onRequest', async (request) => {
      if (closing) throw new CcError('NOT_READY', 'The service is stopping.');
      const isPublic =
        request.routeOptions.config.public === true ||
        publicPrefixes.some((prefix) => request.routeOptions.url?.startsWith(prefix));
      if (!isPublic) await guard.checkKey(request.raw);
    });
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    done(null, endedLine(reply.getHeader('content-type'), payload));
  });
  app.addHook('preClose', async () => {
    closing = true;
    setTimeout(() => app.server.closeAllConnections(), DRAIN_MS).unref();
  });
  return app;
}

/** JSON ends with a newline: a shell shows its prompt below it, and lines of several answers do not run together. */
function endedLine(type: unknown, payload: unknown): unknown {
  const isJson = typeof type === 'string' && /^application\/([\w.-]+\+)?json\b/.test(type);
  return isJson && typeof payload === 'string' && payload !== '' && !payload.endsWith('\n')
    ? `${payload}\n`
    : payload;
}
