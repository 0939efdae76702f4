import Anthropic, { type APIError } from '@anthropic-ai/sdk';
import { waitFor } from '@cc-executor/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import {
  cut,
  delay,
  hang,
  httpError,
  say,
  startScriptedModel,
  useTool,
  type Script,
  type ScriptedModel,
} from '../src/index.ts';

const open: ScriptedModel[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((model) => model.close()));
});

async function start(script: Script) {
  const model = await startScriptedModel({ script });
  open.push(model);
  // The vendor's own client: what it understands, Claude Code does.
  const client = new Anthropic({ baseURL: model.url, apiKey: 'sk-test', maxRetries: 0 });
  return { model, client };
}

const ask = (content: string): Anthropic.MessageCreateParamsNonStreaming => ({
  model: 'claude-test',
  max_tokens: 100,
  messages: [{ role: 'user', content }],
});

describe('a scripted model', () => {
  it('streams text in deltas', async () => {
    const text = 'Größe 漢字 👩‍👩‍👧 '.repeat(20);
    const { client } = await start(() => say(text, { chunk: 3 }));
    const deltas: string[] = [];
    const stream = client.messages.stream(ask('hi')).on('text', (delta) => deltas.push(delta));
    const message = await stream.finalMessage();
    expect(message).toMatchObject({ content: [{ type: 'text', text }], stop_reason: 'end_turn' });
    expect(deltas.length).toBeGreaterThan(50);
    expect(deltas.every((delta) => delta.isWellFormed())).toBe(true);
  });

  it('streams thinking, that which nobody may read too, and headers beside the answer', async () => {
    const blocks = [{ thinking: 'I see.' }, { redacted: 'abc' }, { text: 'Done.' }];
    const { client } = await start(() => ({ blocks, headers: { 'x-more': 'yes' }, chunk: 2 }));
    const stream = client.messages.stream(ask('hi'));
    expect((await stream.finalMessage()).content).toMatchObject([
      { type: 'thinking', thinking: 'I see.', signature: expect.stringMatching(/^sig_/) },
      { type: 'redacted_thinking', data: 'abc' },
      { type: 'text', text: 'Done.' },
    ]);
    const { response } = await client.messages.create(ask('hi')).withResponse();
    expect(response.headers.get('x-more')).toBe('yes');
  });

  it('streams a tool use with its input, and the usage that the script names', async () => {
    const usage = { input_tokens: 7, output_tokens: 5, cache_read_input_tokens: 3 };
    const { client } = await start(() => ({ ...useTool('Bash', { command: 'ls' }, 'I look.'), usage }));
    const message = await client.messages.stream(ask('hi')).finalMessage();
    expect(message).toMatchObject({
      content: [
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', name: 'Bash', input: { command: 'ls' } },
      ],
      stop_reason: 'tool_use',
      usage,
    });
  });

  it('answers without a stream as well, and counts tokens', async () => {
    const { client } = await start(() => say('hello'));
    expect((await client.messages.create(ask('hi'))).content).toEqual([{ type: 'text', text: 'hello' }]);
    const { max_tokens: _, ...countable } = ask('x'.repeat(4000));
    expect((await client.messages.countTokens(countable)).input_tokens).toBeGreaterThan(1000);
  });

  it('chooses the conversation by its marker and the turn by the messages before', async () => {
    const { client } = await start([
      { marker: 'apples', turns: [say('a1'), say('a2')] },
      { marker: 'pears', turns: [(request) => say(`p1 ${request.model}`)] },
    ]);
    const first = ask('about apples');
    const second = {
      ...first,
      messages: [...first.messages, { role: 'assistant' as const, content: 'a1' }, ...ask('more').messages],
    };
    const texts = await Promise.all(
      [second, ask('about pears'), first, first].map(async (params) => {
        const [block] = (await client.messages.create(params)).content;
        return block?.type === 'text' ? block.text : undefined;
      }),
    );
    expect(texts).toEqual(['a2', 'p1 claude-test', 'a1', 'a1']);
  });

  it('refuses what its script does not have, with a message', async () => {
    const { client } = await start([{ marker: 'apples', turns: [say('a1')] }]);
    await expect(client.messages.create(ask('plums'))).rejects.toThrow(/no conversation for: plums/);
    const over = ask('apples');
    over.messages.push({ role: 'assistant', content: 'a1' }, { role: 'user', content: 'more' });
    await expect(client.messages.create(over)).rejects.toThrow(/has no turn 2/);
  });

  it('answers with an error, its headers and the API’s own shape', async () => {
    const { client } = await start(() => httpError(429, 'slow down', { 'retry-after': '61' }));
    const error = await client.messages.create(ask('hi')).catch((reason: unknown) => reason as APIError);
    expect(error).toMatchObject({
      status: 429,
      error: { type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } },
    });
    expect((error as APIError).headers?.get('retry-after')).toBe('61');
  });

  it('drops the connection after some events', async () => {
    const { client } = await start(() => cut(4, say('one two three four five six', { chunk: 4 })));
    const deltas: string[] = [];
    const stream = client.messages.stream(ask('hi')).on('text', (delta) => deltas.push(delta));
    await expect(stream.finalMessage()).rejects.toThrow('terminated');
    expect(deltas).toEqual(['one ', 'two ']);
  });

  it('falls silent after some events, until it is closed', async () => {
    const { model, client } = await start(() => hang(3, say('one two three', { chunk: 4 })));
    const deltas: string[] = [];
    const stream = client.messages.stream(ask('hi')).on('text', (delta) => deltas.push(delta));
    await Promise.all([
      expect(stream.finalMessage()).rejects.toThrow('terminated'),
      waitFor(() => deltas.length === 1).then(() => model.close()),
    ]);
    expect(deltas).toEqual(['one ']);
  });

  it('waits before its first byte', async () => {
    const { client } = await start(() => delay(80, say('late')));
    const from = performance.now();
    await client.messages.create(ask('hi'));
    expect(performance.now() - from).toBeGreaterThan(75);
  });

  it('answers a request for a title by itself, and records every request', async () => {
    const { model, client } = await start([{ marker: 'apples', turns: [say('a1')] }]);
    const schema = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] };
    const title = { ...ask('a title'), output_config: { format: { type: 'json_schema' as const, schema } } };
    const { content } = await client.messages.create(title);
    expect(content).toEqual([{ type: 'text', text: '{"title":"scripted"}' }]);
    await client.messages.create(ask('apples'));
    expect(model.requests.map(({ side, body }) => [side, body.messages[0]?.content])).toEqual([
      [true, 'a title'],
      [false, 'apples'],
    ]);
    expect(model.requests[1]?.headers.authorization).toBe('Bearer sk-test');
  });

  it('tolerates a look at its root', async () => {
    const { model } = await start([]);
    expect((await fetch(model.url, { method: 'HEAD' })).status).toBe(200);
  });
});

describe("Gemini's API of a scripted model", () => {
  const contents = [
    { role: 'user', parts: [{ text: 'Look.' }] },
    { role: 'model', parts: [{ functionCall: { name: 'look', args: { at: 'a' } } }] },
    { role: 'user', parts: [{ functionResponse: { name: 'look', response: { output: 'b' } } }] },
  ];
  const post = async (model: ScriptedModel, method: string, body: object) =>
    await fetch(`${model.url}/v1beta/models/gemini-x:${method}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });

  it('answers as a whole, and shows scripts the request in the form of all', async () => {
    const { model } = await start(() => useTool('look', { at: 'c' }, 'I look.'));
    const body = {
      contents,
      systemInstruction: { parts: [{ text: 'Be brief.' }] },
      tools: [{ functionDeclarations: [{ name: 'look' }] }],
    };
    const answer = (await (await post(model, 'generateContent', body)).json()) as object;
    expect(answer).toMatchObject({
      candidates: [
        {
          content: { parts: [{ text: 'I look.' }, { functionCall: { name: 'look', args: { at: 'c' } } }] },
          finishReason: 'STOP',
        },
      ],
      modelVersion: 'gemini-x',
    });
    expect(model.requests[0]?.body).toMatchObject({
      model: 'gemini-x',
      stream: false,
      system: 'Be brief.',
      tools: [{ name: 'look' }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Look.' }] },
        { role: 'assistant', content: [{ type: 'tool_use', name: 'look', input: { at: 'a' } }] },
        { role: 'user', content: [{ type: 'tool_result', name: 'look', content: { output: 'b' } }] },
      ],
    });
  });

  it('streams, with the finish reason and the usage at the end', async () => {
    const usage = { input_tokens: 7, output_tokens: 2, cache_read_input_tokens: 3 };
    const { model } = await start(() => say('one two', { chunk: 4, stop_reason: 'max_tokens', usage }));
    const lines = (await (await post(model, 'streamGenerateContent?alt=sse', { contents })).text()).split(
      '\r\n\r\n',
    );
    const events = lines.filter((line) => line !== '').map((line) => JSON.parse(line.slice(6)) as object);
    expect(events).toHaveLength(3);
    expect(events[0]).toMatchObject({ candidates: [{ content: { parts: [{ text: 'one ' }] } }] });
    expect(events[2]).toMatchObject({
      candidates: [{ finishReason: 'MAX_TOKENS' }],
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 2, cachedContentTokenCount: 3 },
    });
  });

  it('counts tokens, and answers with errors', async () => {
    const { model } = await start(() => httpError(429, { error: { code: 429, message: 'slow down' } }));
    const counted = await post(model, 'countTokens', { generateContentRequest: { contents } });
    expect(await counted.json()).toEqual({ totalTokens: expect.any(Number) });
    expect((await post(model, 'generateContent', { contents })).status).toBe(429);
  });
});
