import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { TextSearch } from '@cc-executor/executions';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileOutputReader } from '../src/index.ts';

const ATTEMPT = { executionId: 'x', task: 1, attempt: 1 };
let folder: string;
let reader: FileOutputReader;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'messages-'));
  reader = new FileOutputReader(folder);
});
afterEach(async () => rm(folder, { recursive: true }));

const said = (...content: unknown[]) => ({ type: 'assistant', message: { id: 'msg_1', content } });
async function write(...messages: (object | string)[]) {
  const path = join(dirname(reader.path({ ...ATTEMPT, stream: 'stdout' })), 'messages.jsonl');
  await mkdir(dirname(path), { recursive: true });
  const lines = messages.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
  await writeFile(path, lines.map((line) => `${line}\n`).join(''));
  return lines;
}
const search = async (text: string, more: Partial<TextSearch> = {}) =>
  await reader.search(
    { ...ATTEMPT, stream: 'messages' },
    { text, matchCase: false, from: 0, skip: 0, limit: 100, most: Infinity, ...more },
  );

it('finds what was said, thought, and asked of and answered by tools, and nothing around it', async () => {
  const lines = await write(
    { type: 'system', subtype: 'init', cwd: '/needle' },
    said({ type: 'thinking', thinking: 'a Needle\nin "thought"', signature: 'needle' }),
    said({
      type: 'tool_use',
      id: 'needle',
      name: 'Bash',
      input: { command: 'find needle', deep: [{ a: 'needle' }] },
    }),
    {
      type: 'user',
      message: {
        role: 'user',
        content: [{ type: 'tool_result', content: [{ type: 'text', text: 'no needle here\nmore' }] }],
      },
      tool_use_result: 'needle',
    },
    { type: 'result', result: 'needle' },
    'no JSON: needle',
    said({ type: 'text', text: 'größe "needle" \u2028 end' }),
  );
  const found = await search('needle');
  expect(found.hits.map(({ line, before, match, after }) => [line, before, match, after])).toEqual([
    [2, 'a ', 'Needle', ''],
    [3, 'find ', 'needle', ''],
    [3, '', 'needle', ''],
    [4, 'no ', 'needle', ' here'],
    [7, 'größe "', 'needle', '" \u2028 end'],
  ]);
  expect(found.count).toBe(5);
  expect((await search('Needle', { matchCase: true })).count).toBe(1);
  // A text with what JSON escapes, and one whose letters a writer has escaped.
  expect((await search('needle\nin "th')).count).toBe(1);
  await write(said({ type: 'text', text: '#' }).message, `{"type":"user","content":"gr\\u00f6\\u00dfe"}`);
  expect((await search('größe')).count).toBe(1);
  const second = (lines[0]?.length ?? 0) + 1;
  await write(...lines);
  expect((await search('needle', { from: second })).hits[0]).toMatchObject({ at: second, line: null });
  expect((await search('needle', { from: second + 1 })).hits[0]).toMatchObject({ before: 'find ' });
  expect((await search('needle', { limit: 1 })).hits).toHaveLength(1);
  for (let skip = 0; skip < found.hits.length; skip += 2)
    expect((await search('needle', { skip, limit: 2 })).hits).toEqual(found.hits.slice(skip, skip + 2));
  // Any number of them in one message.
  await write(said({ type: 'text', text: 'needle '.repeat(100_000) }));
  expect(await search('needle', { skip: 99_999 })).toMatchObject({
    count: 100_000,
    hits: [{ line: 1, after: ' ' }],
  });
});

it('finds what Codex, a model and a tool have said, each once', async () => {
  const item = (of: object, method = 'item/completed') => ({
    method,
    params: { item: { id: 'needle', ...of }, threadId: 'needle', turnId: 'needle', completedAtMs: 1 },
  });
  const command = {
    type: 'commandExecution',
    command: "/bin/bash -lc 'find needle'",
    cwd: '/needle',
    status: 'completed',
    commandActions: [{ type: 'unknown', command: 'find needle' }],
    aggregatedOutput: 'a\nno needle here\n',
    exitCode: 0,
  };
  await write(
    item({ type: 'userMessage', content: [{ type: 'text', text: 'needle', text_elements: [] }] }),
    item({ type: 'reasoning', summary: ['think: needle'], content: [] }),
    item(command, 'item/started'),
    item(command),
    item({
      type: 'fileChange',
      changes: [{ path: '/w/a', kind: { type: 'add' }, diff: '+needle\n' }],
      status: 'completed',
    }),
    item({
      type: 'mcpToolCall',
      server: 'needle',
      tool: 'look',
      arguments: { deep: { a: 'for needle' } },
      result: { content: [{ type: 'text', text: 'found needle' }], structuredContent: { a: 'needle' } },
    }),
    item({ type: 'agentMessage', text: 'done: needle', phase: 'final_answer' }),
    { method: 'turn/completed', params: { turn: { id: 'needle', items: [], status: 'completed' } } },
    {
      type: 'answer',
      outcome: 'completed',
      message: null,
      result: 'say needle',
      json: null,
      model: 'needle',
    },
    {
      type: 'tool_result',
      server: 'needle',
      tool: 'needle',
      content: [{ type: 'text', text: 'tool needle' }],
      structuredContent: { a: 'needle' },
    },
    { type: 'tool_result', server: 's', tool: 't', content: [], structuredContent: { a: 'only needle' } },
  );
  const { hits } = await search('needle');
  expect(hits.map(({ line, before }) => [line, before])).toEqual([
    [2, 'think: '],
    [4, "/bin/bash -lc 'find "],
    [4, 'no '],
    [5, '+'],
    [6, 'for '],
    [6, 'found '],
    [7, 'done: '],
    [9, 'say '],
    [10, 'tool '],
    [11, 'only '],
  ]);
});

it('searches long and deep messages in flat memory, and lets others have their turn', async () => {
  const filler = 'x'.repeat(3 * 1024 * 1024);
  const deep = `{"type":"user","content":${'['.repeat(200_000)}"needle"${']'.repeat(200_000)}}`;
  await write(
    said({ type: 'text', text: `${filler}needle${filler}größe needle` }),
    deep,
    ...Array.from({ length: 50_000 }, () => said({ type: 'text', text: 'a needle and a needle' })),
  );
  let turns = 0;
  const ended = new AbortController();
  const others = (async () => {
    while (!ended.signal.aborted) {
      await setImmediate();
      turns += 1;
    }
  })();
  const { count, hits } = await search('NEEDLE', { limit: 3 });
  ended.abort();
  await others;
  expect(count).toBe(2 + 1 + 100_000);
  expect(hits.map(({ line, at }) => [line, at === 0])).toEqual([
    [1, true],
    [1, true],
    [2, false],
  ]);
  expect(hits[1]?.before).toMatch(/größe $/);
  expect(turns).toBeGreaterThan(20);
});

it('counts a hit once at every seam of its reads', async () => {
  for (const shift of [0, 1, 2, 3, 4, 5, 6]) {
    const text = `${'y'.repeat(1024 * 1024 - 60 - shift)}needle${'y'.repeat(1024 * 1024 - 6)}needle`;
    await write(said({ type: 'text', text }));
    expect((await search('needle')).count).toBe(2);
  }
});

it('finds what an agent of the Agent Client Protocol has said, each once', async () => {
  const update = (of: object) => ({ method: 'session/update', params: { sessionId: 'needle', update: of } });
  await write(
    update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'a needle' } }),
    update({
      sessionUpdate: 'tool_call_update',
      toolCallId: 'needle',
      rawInput: { command: 'find needle' },
      content: [{ type: 'content', content: { type: 'text', text: 'one needle' } }],
      rawOutput: { output: 'one needle' },
    }),
    update({
      sessionUpdate: 'tool_call_update',
      toolCallId: 'c',
      content: [],
      rawOutput: { found: 'needle' },
    }),
    { method: 'session/request_permission', params: { toolCall: { title: 'needle' } } },
  );
  expect((await search('needle')).count).toBe(4);
});
