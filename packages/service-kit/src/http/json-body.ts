import { CcError, echo, hasTooManyOpenings, invalidRequest, LIMITS } from '@cc-executor/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Accepts only bodies of JSON in UTF-8; an empty one counts as none, whatever its type. An address that
 * does not exist is reported as such, whatever the body.
 */
export function useJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (request.is404 || body.length === 0) done(null, undefined);
    else parse(request, body, done);
  });
  app.addContentTypeParser('*', (request, _payload, done) => {
    if (request.is404 || isEmpty(request)) done(null, undefined);
    else done(unsupported('Send the body as JSON, with Content-Type: application/json.'));
  });
}

function parse(
  request: FastifyRequest,
  body: Buffer,
  done: (error: Error | null, body?: unknown) => void,
): void {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    done(unsupported(`Send the body without Content-Encoding; it was ${echo(encoding)}.`));
    return;
  }
  if (hasTooManyOpenings(body)) {
    const message = `has more than ${String(LIMITS.openings)} lists and objects in it`;
    done(invalidRequest([{ path: '', message }]));
    return;
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(UTF8.decode(body));
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message : 'it is not valid UTF-8';
    done(new CcError('MALFORMED_JSON', `The body is not JSON: ${why}.`));
    return;
  }
  done(null, parsed);
}

function isEmpty(request: FastifyRequest): boolean {
  const { 'content-length': length, 'transfer-encoding': transfer } = request.headers;
  return transfer === undefined && (length === undefined || length === '0');
}

const unsupported = (detail: string) => new CcError('UNSUPPORTED_MEDIA_TYPE', detail);
