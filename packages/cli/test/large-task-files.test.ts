import { describe, expect, it } from 'vitest';
import type { Format } from '@cc-executor/task-files';
import { parseTaskFile, readTaskFile } from '../src/task-files/read-task-file.ts';
import { TaskFileError } from '../src/task-files/task-file-error.ts';

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

/** Milliseconds. It is one second at most on a quiet machine, and minutes for what grows with the square. */
const LONGEST = 10_000;

function messageOf(text: string, format: Format): string {
  const begun = performance.now();
  try {
    parseTaskFile(text, 'f', format);
    return 'fine';
  } catch (error) {
    if (!(error instanceof TaskFileError)) throw error;
    return error.message;
  } finally {
    expect(performance.now() - begun).toBeLessThan(LONGEST);
  }
}

describe('a large task file is read in linear time, and its fault has a place:', () => {
  it.each<[string, Format, () => string, RegExp]>([
    [
      '60,000 aliases',
      'yaml',
      () => `a: &a x\ntasks:\n${lines(60_000, () => '  - *a')}`,
      /^f:2:1: tasks has 60000 items; at most 5000 are allowed$/,
    ],
    [
      '60,000 aliases of nothing',
      'yaml',
      () => `tasks:\n${lines(60_000, () => '  - *a')}`,
      /^the task file has faults:\nf:2:5: \*a is undefined: there is no &a before it\n/,
    ],
    [
      '100,000 keys',
      'yaml',
      () => lines(100_000, (index) => `k${String(index)}: 1`),
      /^f:1:1: has 100000 keys/,
    ],
    [
      '100,000 keys that are one',
      'yaml',
      () => lines(100_000, () => 'k: 1'),
      /^the task file has faults:\nf:2:1: Map keys must be unique: "k" comes twice\n/,
    ],
    [
      '100,000 keys in JSON',
      'json',
      () => `{${lines(100_000, (index) => `"k${String(index)}": 1${index === 99_999 ? '' : ','}`)}}`,
      /^f:1:1: has 100000 keys/,
    ],
    [
      'a key twice in JSON',
      'json',
      () => '{\n"tasks": ["x"],\n"tasks": []}',
      /^f:3:1: Map keys must be unique: "tasks" comes twice$/,
    ],
    [
      '50,000 commands',
      'markdown',
      () => lines(50_000, (index) => `## Task ${String(index + 1)}\n\n\`\`\`sh command\nls\n\`\`\`\n`),
      /^f:1:1: tasks has 50000 items/,
    ],
    [
      '50,000 open fences',
      'markdown',
      () => `## Task 1\n\n${'```sh command\n\n'.repeat(50_000)}x`,
      /^f:3:1: is a block of command that is never closed/,
    ],
    [
      '50,000 wrong numbers',
      'markdown',
      () => '## Task 7\n\nx\n'.repeat(50_000),
      /^the task file has faults:\nf:1:1: tasks has 50000 items; at most 5000 are allowed\nf:4:1: is Task 7 again, which begins in line 1: [^]*\nand 49900 more$/,
    ],
    [
      'a long heading',
      'markdown',
      () => `## Task 1:${' '.repeat(400_000)}x\n\ny`,
      /^f:1:1: tasks\[0\]\.name|^fine$/,
    ],
    ['100,000 brackets', 'yaml', () => `tasks: ${'['.repeat(100_000)}`, /^f:1:117: is nested too deeply/],
    [
      '5,000 levels that end at once',
      'yaml',
      () => `${': '.repeat(5000)}\n- x`,
      /^f:1:221: is nested too deeply/,
    ],
    [
      '5,000 levels of dashes that end at once',
      'yaml',
      () => `${'- '.repeat(5000)}\nx: 1`,
      /^f:1:221: is nested too deeply/,
    ],
    ['20,000 dashes', 'yaml', () => `${'- '.repeat(20_000)}x`, /^f:1:221: is nested too deeply/],
    [
      'maps in 1,500 levels',
      'yaml',
      () => lines(1500, (index) => `${' '.repeat(index)}a:`),
      /^f:111:111: is nested too deeply/,
    ],
    [
      'lists in 200,000 levels of JSON',
      'json',
      () => `{"tasks":${nested(200_000)}}`,
      /^f:1:119: is nested too deeply/,
    ],
    [
      'aliases that stand for billions',
      'yaml',
      () =>
        `a0: &a0 [${'x,'.repeat(9)}]\n${lines(12, (i) => `a${String(i + 1)}: &a${String(i + 1)} [${`*a${String(i)},`.repeat(9)}]`)}`,
      /^f:\d+:\d+: has more than 1000000 values in it, with what aliases stand for$/,
    ],
    [
      'aliases in 200 levels',
      'yaml',
      () => `a0: &a0 [x]\n${lines(200, (i) => `a${String(i + 1)}: &a${String(i + 1)} [*a${String(i)}]`)}`,
      /^f:111:13: is nested too deeply: in more than 110 levels$/,
    ],
    [
      '100,000 faults of YAML',
      'yaml',
      () => ': :\n- }'.repeat(50_000),
      /^the task file has faults:\nf:1:3: [^]*more$/,
    ],
    [
      '100,000 faults of JSON',
      'json',
      () => `{"tasks":["x"]}${'}'.repeat(100_000)}`,
      /^f:1:16: not JSON: [^\n]*$/,
    ],
    [
      '90,000 unknown keys',
      'yaml',
      () => lines(900, () => `- prompt: x\n${lines(100, (index) => `  k${String(index)}: 1`)}`),
      /^the task file has faults:\nf:2:3: tasks\[0\]\.k0 unknown key\n/,
    ],
    ['a long line', 'yaml', () => `- ${'x '.repeat(400_000)}`, /^fine$/],
    [
      'long strings in JSON',
      'json',
      () => JSON.stringify(Array.from({ length: 900 }, () => 'y'.repeat(9000))),
      /^fine$/,
    ],
    ['200,000 comments', 'yaml', () => `${'# c\n'.repeat(200_000)}- x`, /^fine$/],
  ])('%s', (_, format, textOf, expected) => {
    const message = messageOf(textOf(), format);
    expect(message).toMatch(expected);
    expect(message.length).toBeLessThan(20_000);
  });
});

describe('an alias', () => {
  it('stands for what its anchor has, a scalar, a list or a map, and for the last of that name', () => {
    const text = 'tasks:\n- &a {prompt: &p do it}\n- *a\n- *p\n- &p other\n- *p\n- command: &c [1]\n';
    expect(() => parseTaskFile(text, 'f', 'yaml')).toThrow(/^f:7:3: tasks\[5\]\.command must be a string$/);
    expect(parseTaskFile(text.slice(0, text.indexOf('- command')), 'f', 'yaml')).toEqual({
      tasks: [{ prompt: 'do it' }, { prompt: 'do it' }, 'do it', 'other', 'other'],
    });
  });

  it('of a later anchor, or of one around it, stands for nothing', () => {
    expect(() => parseTaskFile('tasks: &t\n- *t\n', 'f', 'yaml')).toThrow(/^f:2:3: \*t is undefined/);
    expect(() => parseTaskFile('- *b\n- &b x\n', 'f', 'yaml')).toThrow(/^f:1:3: \*b is undefined/);
  });
});

it('a key is a key like all others, whatever it is called', () => {
  const faults = () => parseTaskFile('tasks: [x]\n__proto__: {workspace: a}\n', 'f', 'yaml');
  expect(faults).toThrow('f:2:1: __proto__ unknown key');
});

it('a value with an unknown tag is refused, and one with a known tag is read', () => {
  expect(() => parseTaskFile('- command: !!js/function "x"\n', 'f', 'yaml')).toThrow(
    /^f:1:\d+: .*js\/function/,
  );
  expect(parseTaskFile('- command: !!str x\n', 'f', 'yaml').tasks).toHaveLength(1);
});

it('a second document is refused', () => {
  expect(() => parseTaskFile('- x\n---\n- y\n', 'f', 'yaml')).toThrow(/^f:\d:1: has a second document/);
});

it('a file without an end is read up to what a list may have', async () => {
  await expect(readTaskFile('/dev/zero')).rejects.toThrow(
    /^\/dev\/zero has more than 10485760 bytes, which is the most that a list may have\.$/,
  );
});
