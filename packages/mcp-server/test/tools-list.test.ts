import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { CcExecutor } from '@cc-executor/sdk';
import { expect, it } from 'vitest';
import { createServer } from '../src/server.ts';
import { TOOLS } from '../src/tools/index.ts';

/** Of JSON, a token has about so many characters. */
const CHARACTERS = 4;
const MOST_TOKENS = 5000;

async function listed() {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const serving = { client: new CcExecutor({ url: 'http://127.0.0.1:1' }), stopping: AbortSignal.abort() };
  await createServer(serving, 'legacy').connect(theirs);
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(ours);
  const answer = await client.listTools();
  await client.close();
  return answer;
}

it('costs an agent little', async () => {
  const text = JSON.stringify(await listed());
  expect(text.length / CHARACTERS).toBeLessThan(MOST_TOKENS);
});

it('has for each tool what a model chooses and calls it by', async () => {
  const { tools } = await listed();
  expect(tools.map(({ name }) => name)).toEqual(TOOLS.map(({ name }) => name));
  for (const { name, description = '', inputSchema, outputSchema } of tools) {
    expect([name, description.length > 80]).toEqual([name, true]);
    const tool = TOOLS.find((one) => one.name === name);
    const parameters = Object.entries(inputSchema.properties ?? {});
    expect(parameters.map(([key]) => key)).toEqual(Object.keys(tool?.input.shape ?? {}));
    // Each parameter says what it is, or each of its forms does.
    const silent = parameters.filter(([, schema]) => !JSON.stringify(schema).includes('"description"'));
    expect(silent.map(([key]) => `${name}: ${key}`)).toEqual([]);
    expect(Object.keys(tool?.output.shape ?? {})).toEqual(
      expect.arrayContaining(Object.keys(outputSchema?.['properties'] ?? { none: true })),
    );
  }
});
