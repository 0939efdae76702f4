import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { createTaskSessionFromClient, type RawClientDispatch } from '@modelcontextprotocol/ext-tasks/client';
import { waitFor } from '@cc-executor/testkit';
import { join } from 'node:path';

const CLI = join(import.meta.dirname, '../../packages/cli/src/main.ts');
const INFO = { name: 'test', version: '1' };

/** A client of the protocol's project that takes tasks, and by which a request can also be sent as it stands. */
export async function connectForTasks(transport: Transport) {
  const client = new Client(INFO, { versionNegotiation: { mode: 'auto' } });
  await client.connect(transport);
  const waiting = new Map<unknown, (message: object) => void>();
  const pass = transport.onmessage;
  const take: typeof pass = (message, extra) => {
    const answered = 'id' in message ? waiting.get(message.id) : undefined;
    if (answered === undefined) pass?.(message, extra);
    else answered(message);
  };
  // A transport has one listener, and is no event target.
  Object.assign(transport, { onmessage: take });
  // The client library knows no tasks: what has to do with them goes past it, over the same connection.
  const rawDispatch: RawClientDispatch = async (request) => {
    const id = crypto.randomUUID();
    const answer = Promise.withResolvers<object>();
    waiting.set(id, answer.resolve);
    const sent = { ...(request as object), jsonrpc: '2.0', id } as Parameters<Transport['send']>[0];
    // Asking again is for whoever owns the connection: an API that restarts is away for a moment.
    if ((request as { method: string }).method === 'tasks/get')
      await waitFor(async () => {
        const sending = transport.send(sent);
        return await sending.then(
          () => true,
          () => false,
        );
      });
    else await transport.send(sent);
    const message = (await answer.promise) as { result: object; error?: object };
    waiting.delete(id);
    const told = message.error
      ? { kind: 'error', error: message.error }
      : { kind: 'result', result: message.result };
    return told as Awaited<ReturnType<RawClientDispatch>>;
  };
  const protocolVersion = client.getNegotiatedProtocolVersion() ?? '';
  const session = createTaskSessionFromClient(client, {
    endpointId: 'under-test',
    rawDispatch,
    v2RequestFraming: { protocolVersion, clientInfo: INFO, clientCapabilities: {} },
  });
  const send = async (method: string, params: object, capabilities: object) =>
    await rawDispatch({
      method,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': protocolVersion,
          'io.modelcontextprotocol/clientInfo': INFO,
          'io.modelcontextprotocol/clientCapabilities': capabilities,
        },
      },
    } as Parameters<RawClientDispatch>[0]);
  return { client, session, send };
}

export function httpTransport(apiUrl: string, headers: Record<string, string> = {}): Transport {
  return new StreamableHTTPClientTransport(new URL('/mcp', apiUrl), { requestInit: { headers } });
}

export function stdioTransport(apiUrl: string): Transport {
  const env = { CC_EXECUTOR_URL: apiUrl };
  return new StdioClientTransport({ command: process.execPath, args: [CLI, 'mcp'], env, stderr: 'inherit' });
}
