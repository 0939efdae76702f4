import { echo } from '@cc-executor/contracts';
import { LogController, type FastifyReply, type FastifyRequest } from 'fastify';

/** Logs one line for each answer: changes and rejections as info, reads as debug. */
export class RequestLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'request_id' });
  }

  override incomingRequest(): void {}

  override routeNotFound(): void {}

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const { method, url } = request;
    const line = { method, url: echo(url), status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    const isRead = (method === 'GET' || method === 'HEAD') && reply.statusCode < 400;
    if (error) request.log.warn({ ...line, err: error }, 'the answer was cut');
    else if (isRead) request.log.debug(line, 'answered');
    else request.log.info(line, 'answered');
  }
}
