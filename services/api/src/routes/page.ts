import { CcError } from '@cc-executor/contracts';
import Negotiator from 'negotiator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PageFile } from '../page/page-files.ts';
import type { Route } from '../route.ts';

/** Its own files alone, no inline code, no frame, and no text that becomes markup by a slip (Trusted Types). */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  // Makes one address, of the thread that colours diffs, and no markup.
  'trusted-types colours',
].join('; ');

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>cc-executor</title>
<p>The page is not built here: run <code>npm run setup</code> in the folder of cc-executor, and start it again.
The API works without it: <a href="/report">the report of the last day</a>, <a href="/docs">the description</a>.</p></html>
`;

/**
 * The page for people. Its files are the same for everybody, so they are sent without a key; what it shows comes by the
 * API's own calls.
 */
export const page: Route = (app, { pageFiles }) => {
  const options = { schema: { hide: true }, config: { public: true } };
  app.get('/', options, async (request, reply) => {
    const index = pageFiles?.get('/index.html');
    void reply.header('cache-control', 'no-cache');
    if (!index) return await shield(reply).type('text/html; charset=utf-8').send(Buffer.from(NOT_BUILT));
    return await send(request, reply, index);
  });
  app.get('/assets/*', options, async (request, reply) => {
    const file = pageFiles?.get(new URL(request.url, 'http://page').pathname);
    if (!file) throw new CcError('ROUTE_NOT_FOUND', 'The page has no such file; load it again.');
    // The name has the hash of the content in it.
    void reply.header('cache-control', 'public, max-age=31536000, immutable');
    return await send(request, reply, file);
  });
};

async function send(request: FastifyRequest, reply: FastifyReply, { bytes, gzip, type, etag }: PageFile) {
  void shield(reply).headers({ 'content-type': type, etag, vary: 'Accept-Encoding' });
  if (request.headers['if-none-match'] === etag) return await reply.code(304).send();
  const isZipped = new Negotiator(request.raw).encodings(['gzip', 'identity'])[0] === 'gzip';
  if (isZipped) void reply.header('content-encoding', 'gzip');
  return await reply.send(isZipped ? gzip : bytes);
}

function shield(reply: FastifyReply): FastifyReply {
  return reply.headers({ 'content-security-policy': POLICY, 'referrer-policy': 'no-referrer' });
}
