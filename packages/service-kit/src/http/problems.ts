import { CcError, echo, invalidRequest } from '@cc-executor/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { internalError, knownError } from './known-errors.ts';
import { renderProblem } from './problem.ts';
import { laterFaults } from './validation.ts';

/** Answers every error of the app, and every address that it does not have, with a problem document. */
export function useProblems(app: FastifyInstance): void {
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler(async (request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    // OPTIONS is answered at every address, for browsers: it says nothing about this one.
    const methods = app.supportedMethods.filter(
      (method) => method !== 'OPTIONS' && app.findRoute({ method, url: path }) !== null,
    );
    if (methods.length === 0) throw new CcError('ROUTE_NOT_FOUND', `There is nothing at ${echo(path)}.`);
    void reply.header('allow', methods.join(', '));
    const detail = `${echo(path)} answers ${methods.join(', ')}; this was ${request.method}.`;
    throw new CcError('METHOD_NOT_ALLOWED', detail);
  });
}

/** Sends what was thrown as a problem; an error that is not known is logged, once, and told by its id only. */
export function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = withLaterFaults(knownError(thrown), request);
  const error = known ?? internalError(thrown);
  if (error.code === 'INTERNAL') request.log.error({ err: known?.cause ?? thrown }, 'a request failed');
  const { status, headers, body } = renderProblem(error, request.id);
  void reply.code(status).headers(headers).send(body);
}

/** Fastify stops at the first part of a request that has a fault; the caller is told those of all parts. */
function withLaterFaults(error: CcError | null, request: FastifyRequest): CcError | null {
  const foundIn = (error as { validationContext?: string } | null)?.validationContext;
  if (error === null || foundIn === undefined) return error;
  const later = laterFaults(request, foundIn);
  return later.length === 0 ? error : invalidRequest([...(error.details.errors ?? []), ...later]);
}
