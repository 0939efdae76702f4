import { LINEAGE_HEADER, parseLineage } from '@cc-executor/contracts';
import { createMcpEndpoint, describeServer } from '@cc-executor/mcp-server';
import type { FastifyRequest } from 'fastify';
import type { AddressInfo } from 'node:net';
import { clientGone } from '../client-gone.ts';
import { lineageOf, whoNeedsKey } from '@cc-executor/service-kit/http';
import { ownUrl } from '../own-url.ts';
import type { Route } from '../route.ts';

/**
 * MCP on this port. Its tools are clients of this API, over loopback and with the caller's own key: so they are
 * accepted and rejected like any client. See docs/decisions.
 */
export const mcp: Route = (app, { config }) => {
  const url = () => ownUrl(config.CC_EXECUTOR_HOST, app.server.address() as AddressInfo);
  const endpoint = createMcpEndpoint(({ headers }) => ({
    url: url(),
    apiKey: /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '')?.[1],
    lineage: parseLineage(headers.get(LINEAGE_HEADER) ?? undefined) ?? [],
  }));
  app.addHook('preClose', async () => endpoint.stop());
  app.addHook('onClose', async () => await endpoint.close());

  const schema = { summary: 'MCP: one JSON-RPC message, without a session', tags: ['mcp'] };
  app.post('/mcp', { schema }, async (request, reply) => {
    // Reported here, before a tool could be called without it.
    lineageOf(request);
    const asked = new Request(new URL('/mcp', url()), {
      method: 'POST',
      headers: headersOf(request),
      signal: clientGone(reply),
    });
    return await reply.send(await endpoint.answer(asked, request.body));
  });

  const discovery = describeServer({ keyFor: whoNeedsKey(config) });
  const about = { schema: { hide: true }, config: { public: true } };
  app.get('/.well-known/mcp/cc-executor.json', about, () => discovery);
};

function headersOf({ headers }: FastifyRequest): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as [string, string]],
  );
}
