import { describe, expect, it } from 'vitest';
import { compileSchema } from '@cc-executor/task-rules/json-schema';
import { readJson } from '../../src/claude/json/read-json.ts';

const check = compileSchema({
  type: 'object',
  properties: { n: { type: 'integer' } },
  required: ['n'],
});
const CODE = 'Run this:\n```sh\nls\n```\nand that:\n```json\n{"n": 9}\n```\nDone.';

describe('the JSON of an answer', () => {
  it.each<[string, unknown]>([
    ['{"n": 1}', { n: 1 }],
    ['  [1, 2]\n', [1, 2]],
    ['42', 42],
    ['"a ```json\\n{}\\n``` b"', 'a ```json\n{}\n``` b'],
    [JSON.stringify({ doc: CODE }), { doc: CODE }],
    [JSON.stringify({ doc: CODE }, null, 2), { doc: CODE }],
    ['null', null],
  ])('%j is read as it stands', (text, value) => {
    expect(readJson(text, null)).toEqual({ value, mended: null });
  });

  it.each<[string, unknown, string]>([
    ['```json\n{"n": 1}\n```', { n: 1 }, 'it stood in a code fence'],
    ['Here:\n\n```\n[1]\n```\nThat is all.', [1], 'it stood in a code fence'],
    [
      'First:\n```json\n{"n": 1}\n```\nno, better:\n~~~json\n{"n": 2}\n~~~',
      { n: 2 },
      'it stood in a code fence',
    ],
    [
      `Here:\n\`\`\`\`json\n${JSON.stringify({ doc: CODE }, null, 2)}\n\`\`\`\``,
      { doc: CODE },
      'it stood in a code fence',
    ],
    [
      `\`\`\`json\n${JSON.stringify({ doc: CODE }, null, 2)}\n\`\`\``,
      { doc: CODE },
      'it stood in a code fence',
    ],
    ['```json\n{"n": 1,}\n```', { n: 1 }, 'it stood in a code fence, and was repaired'],
    ['The answer is {"n": 1}.', { n: 1 }, 'it stood between other text'],
    ['[Note] as asked:\n```json\n{"n": 1}\n```', { n: 1 }, 'it stood in a code fence'],
    ["{n: 1, 's': 'its', // why\n}", { n: 1, s: 'its' }, 'it was repaired'],
    ['{"n": 1, "list": [1, 2,], "t": True}', { n: 1, list: [1, 2], t: true }, 'it was repaired'],
    [
      `{"doc": "a\n\`\`\`json\n{\\"n\\": 9}\n\`\`\`\nb", "n": 1,}`,
      { doc: 'a\n```json\n{"n": 9}\n```\nb', n: 1 },
      'it was repaired',
    ],
  ])('%j is mended, and said so', (text, value, mended) => {
    expect(readJson(text, null)).toEqual({ value, mended });
  });

  it.each(['', 'No.', 'See [the docs] and {this}.', 'It is done [1], as [2] says.', '```json\nnothing\n```'])(
    '%j has none',
    (text) => {
      expect(readJson(text, null)).toBe('The answer is not JSON.');
    },
  );

  it('is that which fits the schema, where there are several', () => {
    const text = 'Before:\n```json\n{"n": 1}\n```\nafter:\n```json\n{"m": 2}\n```';
    expect(readJson(text, check)).toMatchObject({ value: { n: 1 } });
    expect(readJson('As {this} says: {n: 3}', check)).toBe('The answer is not JSON.');
    expect(readJson('The result: {n: 3}', check)).toEqual({
      value: { n: 3 },
      mended: 'it stood between other text, and was repaired',
    });
  });

  it('is reported with how it does not fit', () => {
    expect(readJson('{"n": "x"}', check)).toBe('The answer does not fit the schema: /n must be integer.');
    expect(readJson('[]', check)).toBe('The answer does not fit the schema: the whole must be object.');
  });
});
