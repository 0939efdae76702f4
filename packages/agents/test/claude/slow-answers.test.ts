import type { PromptOptions } from '@cc-executor/contracts';
import { describe, expect, it } from 'vitest';
import { JsonRequest, type JsonAnswer } from '../../src/claude/json/json-request.ts';

/** What is read of an answer, while the process has to do other things as well. */
async function read(
  schema: PromptOptions['json_schema'],
  text: string,
  structured?: unknown,
): Promise<JsonAnswer> {
  const request = await JsonRequest.of(schema, null);
  let longest = 0;
  let last = performance.now();
  const others = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 10);
  try {
    return await request.read(text, structured);
  } finally {
    clearInterval(others);
    // It is the thread that takes seconds.
    expect(longest).toBeLessThan(4000);
  }
}

const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('an answer that takes long to check', () => {
  it('by a pattern of its schema is no valid output, and says why', async () => {
    const schema = { type: 'string', pattern: '^(a+)+$' };
    const fault = 'The answer could not be checked: it took more than 10 seconds, and was ended.';
    expect(await read(schema, '', `${'a'.repeat(60)}!`)).toEqual({ fault });
    expect(await read(schema, '"aaa"')).toMatchObject({ value: 'aaa', mended: null });
  });

  it.each<[string, PromptOptions['json_schema'], string]>([
    [
      'unique items',
      { type: 'array', uniqueItems: true },
      JSON.stringify(Array.from({ length: 100_000 }, (_, index) => ({ index }))),
    ],
    ['a string that is never closed', { type: 'object' }, `{"a": "${'x", "'.repeat(200_000)}`],
    ['many opening brackets', { type: 'object' }, `{${'['.repeat(500_000)}`],
    ['many fences', { type: 'object' }, '```json\n{\n'.repeat(50_000)],
    ['deep nesting', undefined, deep(200_000)],
    ['a schema that refers to itself', { items: { $ref: '#' } }, deep(100_000)],
    ['a huge enum', { enum: Array.from({ length: 5000 }, (_, index) => `e${String(index)}`) }, '"none"'],
  ])('by %s is answered, and nothing else waits for it', async (_, schema, text) => {
    expect(await read(schema, text)).toSatisfy(
      (answer: JsonAnswer) => 'fault' in answer || 'value' in answer,
    );
  });

  it('by its depth is refused before it is sent anywhere', async () => {
    const structured = JSON.parse(deep(200_000)) as unknown;
    expect(await read(undefined, '', structured)).toEqual({
      fault: 'The answer is nested more than 1000 levels deep.',
    });
  });
});
