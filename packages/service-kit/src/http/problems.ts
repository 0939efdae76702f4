import { CcError, echo, invalidRequest } from '@cc-executor/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { internalError, knownError } from './known-errors.ts';
import { renderProblem } from './problem.ts';
import { laterFaults } from './validation.ts';

/** Answers every error of the app, and every unknown address, with a problem document. */
export function useProblems(app: FastifyInstance): void {
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler(async (request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    // OPTIONS is answered at every address, for browsers, so it does not count here.
    const methods = app.supportedMethods.filter(
      (method) => method !== 'OPTIONS' && app.findRoute({ method, url: path }) !== null,
    );
    if (methods.length === 0) throw new CcError('ROUTE_NOT_FOUND', `There is nothing at ${echo(path)}.`);
    void reply.header('allow', methods.join(', '));
    const detail = `${echo(path)} answers ${methods.join(', ')}; this was ${request.method}.`;
    throw new CcError('METHOD_NOT_ALLOWED', detail);
  });
}

/** Sends a thrown error as a problem; an unknown error is logged once, and only its id is sent. */
export function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = withLaterFaults(knownError(thrown), request);
  const error = known ?? internalError(thrown);
  // Work for a client that is gone is stopped.
  const isStopped = reply.raw.destroyed && thrown instanceof Error && thrown.name === 'AbortError';
  if (error.code === 'INTERNAL' && !isStopped)
    request.log.error({ err: known?.cause ?? thrown }, 'a request failed');
  const { status, headers, body } = renderProblem(error, request.id);
  void reply.code(status).headers(headers).send(body);
}

/** Fastify stops at the first invalid part of a request; this adds the faults of the other parts. */
function withLaterFaults(error: CcError | null, request: FastifyRequest): CcError | null {
  const foundIn = (error as { validationContext?: string } | null)?.validationContext;
  if (error === null || foundIn === undefined) return error;
  const later = laterFaults(request, foundIn);
  return later.length === 0 ? error : invalidRequest([...(error.details.errors ?? []), ...later]);
}
