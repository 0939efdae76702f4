import { describe, expect, it } from 'vitest';
import type { Format } from '@cc-executor/task-files';
import { parseTaskFile } from '../src/task-files/read-task-file.ts';
import { TaskFileError } from '../src/task-files/task-file-error.ts';
import { writeTaskFile } from '../src/task-files/write-task-file.ts';

const SUBMISSION = {
  tasks: [
    {
      name: 'write it',
      prompt: 'Write a file.\n\n```md\n## Task 9: not a task\n```\n\n### Details\n\n- one\n- two',
    },
    { command: 'echo "a: #b" \'c\'\nls ``x``', timeout: 12.5 },
    { name: 'yes: no', prompt: 'null', model: 'some-model', timeout: 3 },
  ],
  on_failure: 'continue' as const,
  timeout_per_task: 60,
  workspace: 'a/b',
};

describe('round trips', () => {
  it.each(['markdown', 'yaml', 'json'] as const)('%s says the same after writing and reading', (format) => {
    expect(parseTaskFile(writeTaskFile(SUBMISSION, format), 'file', format)).toEqual(SUBMISSION);
  });
});

describe('what is read', () => {
  it('a list alone is the tasks; a string is a prompt', () => {
    expect(parseTaskFile('- do this\n- command: ls\n', 'f', 'yaml')).toEqual({
      tasks: ['do this', { command: 'ls' }],
    });
    expect(parseTaskFile('["do this"]', 'f', 'json')).toEqual({ tasks: ['do this'] });
  });

  it('Markdown with lines in place of headings', () => {
    const text = '# My list\n\nTask 1: write a file\nwith two lines\n\nTask 2: read it\n';
    expect(parseTaskFile(text, 'f', 'markdown')).toEqual({
      title: 'My list',
      tasks: [{ prompt: 'write a file\nwith two lines' }, { prompt: 'read it' }],
    });
  });

  it('Windows line ends and a byte order mark', () => {
    expect(parseTaskFile('\uFEFF## Task 1\r\n\r\ndo it\r\n', 'f', 'markdown')).toEqual({
      tasks: [{ prompt: 'do it' }],
    });
  });
});

function faultsOf(text: string, format: Format): string[] {
  try {
    parseTaskFile(text, 'f', format);
    return [];
  } catch (error) {
    if (!(error instanceof TaskFileError)) throw error;
    return error.faults.map(({ line, column, message }) => `${String(line)}:${String(column)} ${message}`);
  }
}

it('the heading of a Markdown file is the title of its list, and is written as one', () => {
  const read = (text: string) => parseTaskFile(text, 'f', 'markdown').title;
  const task = '## Task 1\n\ndo it\n';
  expect(read(`# A night  of work\n\n${task}`)).toBe('A night of work');
  expect(read(`A night\n=======\n\n${task}`)).toBe('A night');
  expect(read(`---\ntitle: Mine\n---\n\n# Another\n\n${task}`)).toBe('Mine');
  expect(read(`> # Quoted\n\n\`\`\`md\n# In a fence\n\`\`\`\n\n${task}`)).toBeUndefined();
  expect(read(`${task}\n# Afterwards\n`)).toBeUndefined();
  expect(read(`# ${'x'.repeat(5000)}\n\n${task}`)?.length).toBeLessThan(1000);
  for (const title of ['A night of work', '# Task 5: no', 'a: b', '- x', '`code` *and* more', 'trailing #'])
    expect(read(writeTaskFile({ title, tasks: ['do it'] }, 'markdown'))).toBe(title);
  expect(writeTaskFile({ title: 'A night', tasks: ['do it'] }, 'markdown')).toBe(
    '# A night\n\n## Task 1\n\ndo it\n',
  );
});

describe('the workspace', () => {
  it.each(['~', '~/code/x', '/srv/x', '../x', 'a/../..', '.', '$HOME/x', 'C:\\\\x'])(
    'is refused as the server would refuse it: %s',
    (workspace) => {
      const faults = faultsOf(`{"tasks": ["x"],\n "workspace": "${workspace}"}`, 'json');
      expect(faults).toEqual([
        expect.stringMatching(/^2:.* workspace must be a folder below .*CC_EXECUTOR_WORKSPACES_DIR/),
      ]);
    },
  );

  it('is reported beside all other faults', () => {
    expect(faultsOf('tasks: []\nworkspace: ~/x\n', 'yaml')).toHaveLength(2);
  });
});

describe('Markdown', () => {
  it.each([
    'Do this:\n\n## Task 2: inner\n\nhello',
    '```js\nwithout an end',
    '```sh command\nrm x\n```',
    '```yaml options\nretries: 3\n```\n\nrest',
    'with\r\nanother end of lines',
    '**Timeout**: 60s\n\n## Notes\n\nTask 7: x\n\n---',
    '\tindented\n\nend \\',
  ])('is written so that it says the same where it would say something else as it is: %j', (prompt) => {
    const tasks = [{ command: 'ls' }, { name: 'it', prompt, retries: 1 }, { command: 'ls' }];
    for (const format of ['markdown', 'yaml', 'json'] as const)
      expect(parseTaskFile(writeTaskFile({ tasks }, format), 'file', format)).toEqual({ tasks });
  });

  it('and YAML have text as lines, not folded and not escaped', () => {
    const tasks = [{ prompt: `Say "it":\n\n- one: 1\n- ${'long '.repeat(40)}line\n` }];
    const yaml = writeTaskFile({ tasks }, 'yaml');
    expect(yaml).toContain(
      `prompt: |\n      Say "it":\n\n      - one: 1\n      - ${'long '.repeat(40)}line\n`,
    );
  });

  it('is written without the blank lines around a prompt', () => {
    const text = writeTaskFile({ tasks: ['\n  \n  do\n\n  it \n\n', 'then this\n'] }, 'markdown');
    const tasks = [{ prompt: '  do\n\n  it ' }, { prompt: 'then this' }];
    expect(parseTaskFile(text, 'file', 'markdown')).toEqual({ tasks });
  });
});

describe('faults have a place', () => {
  it.each<[Format, string, RegExp[]]>([
    ['yaml', 'tasks:\n  - command: ls\n    timeuot: 3\n', [/^3:5 tasks\[0\]\.timeuot unknown key/]],
    ['yaml', 'tasks: [\n', [/^2:1 /]],
    ['yaml', 'tasks:\n  - {prompt: a, command: b}\n', [/^2:5 tasks\[0\] needs exactly one/]],
    ['yaml', '- a\n- 7\n', [/^2:3 tasks\[1\] must be a string/]],
    ['yaml', 'a: &a [1]\nb: *nothing\n', [/^2:4 /]],
    ['json', '{"tasks": [{"command": ""}]}', [/^1:13 tasks\[0\]\.command must not be empty/]],
    ['json', '{"tasks": [1,]}', [/^1:14 not JSON/]],
    ['json', '{\n  tasks: []\n}', [/^2:3 not JSON/]],
    ['markdown', 'nothing to do\n', [/^1:1 has no task/]],
    ['markdown', '## Task 1: empty\n\n## Task 2: fine\n\ndo it\n', [/^1:1 Task 1 has no body/]],
    ['markdown', '## Task 3\n\na\n\n## Task 1\n\nb\n', [/^5:1 is Task 1, but comes after Task 3/]],
    ['markdown', '## Task 3\n\na\n\n## Task 3\n\nb\n', [/^5:1 is Task 3 again, which begins in line 1/]],
    ['markdown', '---\non_failure: never\n---\n## Task 1\na\n', [/^2:1 on_failure must be "stop"/]],
    [
      'markdown',
      '## Task 1\n\n```yaml options\ntimeout: soon\n```\n\na\n\n## Task 2\n\n```yaml options\nmodle: x\n```\n\nb\n',
      [/^4:1 tasks\[0\]\.timeout must be a number/, /^12:1 tasks\[1\]\.modle unknown key/],
    ],
  ])('in %s: %j', (format, text, expected) => {
    const faults = faultsOf(text, format);
    expect(faults).toHaveLength(expected.length);
    for (const [index, pattern] of expected.entries()) expect(faults[index]).toMatch(pattern);
  });

  it('an empty file is reported as empty', () => {
    expect(() => parseTaskFile(' \n', 'tasks.md', 'markdown')).toThrow('tasks.md is empty');
  });
});

describe('what is made to be slow', () => {
  const numbers = (times: number) => Array.from({ length: times }, (_, index) => index);
  it.each<[string, Format, string, RegExp]>([
    ['aliases', 'yaml', `x: &a [1]\ntasks:\n${'- *a\n'.repeat(60_000)}`, /^2:1 tasks has 60000 items/],
    ['aliases of nothing', 'yaml', '- *b\n'.repeat(60_000), /^1:3 \*b is undefined/],
    [
      'keys',
      'yaml',
      numbers(60_000)
        .map((n) => `k${String(n)}: 1\n`)
        .join(''),
      /^1:1 has 60000 keys/,
    ],
    [
      'keys in JSON',
      'json',
      `{${numbers(60_000)
        .map((n) => `"k${String(n)}":1`)
        .join()}}`,
      /has 60000 keys/,
    ],
    ['the same key', 'yaml', 'tasks: 1\n'.repeat(60_000), /^2:1 Map keys must be unique/],
    ['merges', 'yaml', '<<: *a\n'.repeat(60_000), /^1:5 \*a is undefined/],
    ['lists in lists', 'yaml', '[\n'.repeat(60_000), /nested too deeply/],
    ['lists in lists of JSON', 'json', '['.repeat(60_000) + ']'.repeat(60_000), /nested too deeply/],
    ['dashes', 'yaml', '- '.repeat(60_000), /nested too deeply/],
  ])('%s are refused, with a hundred faults at most', (_, format, text, expected) => {
    const faults = faultsOf(text, format);
    expect(faults[0]).toMatch(expected);
    expect(faults.length).toBeLessThanOrEqual(100);
  });

  it('more faults are counted', () => {
    const tasks = '- 7\n'.repeat(150);
    expect(() => parseTaskFile(tasks, 'it', 'yaml')).toThrow(/\nand 50 more$/);
  });
});

it('reads a call of a tool from Markdown, and writes it as it was', () => {
  const submission = {
    mcp_servers: { docs: { command: 'serve-docs' } },
    tasks: [
      { name: 'look', tool: { server: 'docs', name: 'search', arguments: { query: 'x' } } },
      { prompt: 'Build it.' },
    ],
  };
  const written = writeTaskFile(submission, 'markdown');
  expect(parseTaskFile(written, 'file', 'markdown')).toEqual(submission);
});
