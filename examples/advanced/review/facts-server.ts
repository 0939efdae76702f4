import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Call {
  id?: number | string;
  method: string;
  params?: { protocolVersion?: string; arguments?: { names?: string[] } };
}

const TIMES: Readonly<Record<string, number>> = { unix: 0, millennium: Date.UTC(2000, 0, 1) };
const TOOL = {
  name: 'times',
  description: 'Returns well-known moments, in milliseconds since 1970.',
  inputSchema: { type: 'object', properties: { names: { type: 'array', items: { type: 'string' } } } },
};

/** Starts a small server of the Model Context Protocol on loopback, with one tool. Resolves with its address. */
export async function startFactsServer(): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    text(request)
      .then((body) => {
        // It pushes nothing, so there is nothing to listen to.
        if (request.method !== 'POST') return response.writeHead(405).end();
        const { id, ...call } = JSON.parse(body) as Call;
        if (id === undefined) return response.writeHead(202).end();
        const answer = JSON.stringify({ jsonrpc: '2.0', id, ...answerTo(call) });
        return response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
      })
      .catch((error: Error) => response.writeHead(400).end(error.message));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${String(port)}/mcp`, close: () => server.close() };
}

function answerTo({ method, params }: Omit<Call, 'id'>): { result: object } | { error: object } {
  switch (method) {
    case 'initialize': {
      const protocolVersion = params?.protocolVersion ?? '2025-11-25';
      return {
        result: {
          protocolVersion,
          capabilities: { tools: {} },
          serverInfo: { name: 'facts', version: '1.0.0' },
        },
      };
    }
    case 'ping':
      return { result: {} };
    case 'tools/list':
      return { result: { tools: [TOOL] } };
    case 'tools/call': {
      const { names = Object.keys(TIMES) } = params?.arguments ?? {};
      const found = Object.fromEntries(names.map((name) => [name, TIMES[name] ?? null]));
      return { result: { content: [{ type: 'text', text: JSON.stringify(found) }] } };
    }
    default:
      return { error: { code: -32_601, message: `There is no ${method}.` } };
  }
}
