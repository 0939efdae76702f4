import specs from '@asyncapi/specs';
import { endAppend, outputAppend, submitList } from '@cc-executor/testkit';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type GatewayUnderTest } from './gateway-under-test.ts';

interface Description {
  servers: Record<'gateway' | 'api', { host: string }>;
  channels: Record<string, { messages: Record<string, { payload: object }> }>;
}
let gateway: GatewayUnderTest;
let description: Description;
beforeAll(async () => {
  gateway = await startGateway();
  const response = await fetch(`http://127.0.0.1:${String(gateway.port)}/asyncapi.json`);
  description = (await response.json()) as Description;
});
afterAll(async () => gateway.close());

const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);

/** The names of the messages of a channel that a value is one of. */
function namesOf(channel: string, value: unknown): string[] {
  const messages = Object.entries(description.channels[channel]?.messages ?? {});
  return messages.filter(([, { payload }]) => ajv.validate(payload, value)).map(([name]) => name);
}

describe('the description of the sockets', () => {
  it('is AsyncAPI 3', () => {
    const isValid = new Ajv({
      strict: false,
      meta: false,
      validateSchema: false,
      validateFormats: false,
    }).compile(specs.schemas['3.0.0'] as object);
    expect([isValid(description), isValid.errors]).toEqual([true, null]);
  });

  it('names the servers as the reader reaches them', () => {
    expect(description.servers.gateway.host).toBe(`127.0.0.1:${String(gateway.port)}`);
    expect(description.servers.api.host).toBe('127.0.0.1:8001');
  });

  it('knows every message that is seen on the wire', async () => {
    const client = await gateway.open('/ws/mcp');
    const id = await submitList(gateway.store);
    await gateway.store.append(id, outputAppend(id, 'text'));
    const calls: [string, object][] = [
      ['subscribe', { execution_id: id }],
      ['status', {}],
      ['status', { execution_id: id }],
      ['execute', { command: 'true' }],
      ['execute', { command: 'true' }],
      ['control', { type: 'PAUSE' }],
      ['control', { type: 'RESUME' }],
      ['control', { type: 'CANCEL' }],
      ['attach', { session_id: 'nobody' }],
      ['hook_status', {}],
      ['nothing', {}],
    ];
    const requests = calls.map(([method, params], index) => ({ jsonrpc: '2.0', id: index, method, params }));
    for (const request of requests) client.send(request);
    await gateway.store.append(id, endAppend(id));
    await client.next(({ method }) => method === 'end');
    await client.next(({ method }) => method === 'process.completed');
    await client.next((message) => message.id === calls.length - 1);
    client.send({
      jsonrpc: '2.0',
      id: 'reset',
      method: 'subscribe',
      params: { execution_id: id, epoch: 'other' },
    });
    await client.next(({ method }) => method === 'reset');

    for (const message of client.messages) {
      const name = message.method ?? (message.error ? 'error' : 'result');
      expect(namesOf('mcp', message).map((found) => found.replace(/^sent\.|\w+\.(?=result)/g, ''))).toContain(
        name,
      );
    }
    for (const request of requests.slice(0, -1))
      expect(namesOf('mcp', request)).toEqual([`request.${request.method}`]);
    expect(namesOf('mcp', requests.at(-1))).toEqual([]);
    expect(namesOf('mcp', { jsonrpc: '2.0', method: 'end', params: { execution_id: id } })).toEqual([]);

    const stream = await gateway.open(`/executions/${id}/stream?after=99`);
    await stream.untilClosed();
    const nobody = await gateway.open('/executions/nobody/stream');
    await nobody.untilClosed();
    const seen = [...stream.messages, ...nobody.messages].flatMap((frame) => namesOf('stream', frame));
    expect(seen).toEqual(['reset', 'event', 'event', 'event', 'end', 'error']);
  });
});
