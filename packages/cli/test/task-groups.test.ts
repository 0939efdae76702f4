import { describe, expect, it } from 'vitest';
import type { Format } from '@cc-executor/task-files';
import { parseTaskFile } from '../src/task-files/read-task-file.ts';
import { TaskFileError } from '../src/task-files/task-file-error.ts';
import { writeTaskFile } from '../src/task-files/write-task-file.ts';

const MARKDOWN = `# A list

## Task 1: build

Build it.

## Parallel: the parts

### Task 2: test

Test it.

### Details

with care

### Task 3

\`\`\`sh command
make docs
\`\`\`

## Task 4: publish

Publish it.
`;
const YAML = `tasks:
  - {name: build, prompt: Build it.}
  - name: the parts
    parallel:
      - {name: test, prompt: "Test it.\\n\\n### Details\\n\\nwith care"}
      - command: make docs
  - {name: publish, prompt: Publish it.}
`;
const TASKS = [
  { name: 'build', prompt: 'Build it.' },
  { name: 'test', prompt: 'Test it.\n\n### Details\n\nwith care' },
  { command: 'make docs', needs: [1] },
  { name: 'publish', prompt: 'Publish it.', needs: [2, 3] },
];

function faultsOf(text: string, format: Format): string[] {
  try {
    parseTaskFile(text, 'f', format);
    return [];
  } catch (error) {
    if (!(error instanceof TaskFileError)) throw error;
    return error.faults.map(({ line, column, message }) => `${String(line)}:${String(column)} ${message}`);
  }
}

describe('a group of tasks', () => {
  it.each([
    ['markdown', MARKDOWN],
    ['yaml', YAML],
  ] as const)('is read from %s as what its tasks need', (format, text) => {
    expect(parseTaskFile(text, 'f', format)).toMatchObject({ tasks: TASKS });
  });

  it('may begin or end a list, and follow another group', () => {
    const list = [{ parallel: ['a', 'b'] }, { parallel: ['c', 'd'] }];
    expect(parseTaskFile(JSON.stringify(list), 'f', 'json').tasks).toEqual([
      'a',
      { prompt: 'b', needs: [] },
      { prompt: 'c', needs: [1, 2] },
      { prompt: 'd', needs: [1, 2] },
    ]);
  });

  it('lets a task in it say itself what it needs', () => {
    const list = ['a', { parallel: [{ prompt: 'b', needs: [] }, 'c'] }];
    expect(parseTaskFile(JSON.stringify(list), 'f', 'json').tasks).toEqual([
      'a',
      { prompt: 'b', needs: [] },
      { prompt: 'c', needs: [1] },
    ]);
  });

  it.each(['markdown', 'yaml', 'json'] as const)('is written back as a group in %s', (format) => {
    const written = writeTaskFile({ tasks: TASKS }, format);
    expect(written).toMatch(/parallel/i);
    expect(written).not.toContain('needs');
    expect(parseTaskFile(written, 'f', format)).toEqual({ tasks: TASKS });
  });

  it.each(['markdown', 'yaml', 'json'] as const)('keeps its name in %s', (format) => {
    for (const [from, text] of [
      ['markdown', MARKDOWN],
      ['yaml', YAML],
    ] as const) {
      const written = writeTaskFile(parseTaskFile(text, 'f', from), format);
      expect(written).toContain(format === 'markdown' ? '## Parallel: the parts\n' : 'the parts');
      expect(writeTaskFile(parseTaskFile(written, 'f', format), format)).toBe(written);
    }
  });

  it.each(['markdown', 'yaml', 'json'] as const)('is not made of what is none in %s', (format) => {
    const tasks = [
      { prompt: 'a', name: 'a' },
      { prompt: 'b', needs: [] },
      { prompt: 'c', needs: ['a'], when: 'failure' as const },
      { prompt: 'd', needs: [1, 3] },
    ];
    expect(parseTaskFile(writeTaskFile({ tasks }, format), 'f', format)).toEqual({ tasks });
  });
});

describe('variants', () => {
  it.each(['markdown', 'yaml', 'json'] as const)('are written and read again as they are in %s', (format) => {
    const tasks = [
      { prompt: 'a', name: 'a', variants: 3 },
      { prompt: 'docs', needs: [] },
      { prompt: 'more docs', needs: [] },
      { command: 'npm test', pick: 'a' },
      { prompt: 'b', needs: [2, 4] },
    ];
    const written = writeTaskFile({ tasks }, format);
    expect(parseTaskFile(written, 'f', format)).toEqual({ tasks });
  });

  it('are named by the numbers of the file, and a choice behind a group needs that', () => {
    const text =
      '## Task 10: a\n\n```yaml options\nvariants: 2\n```\n\nx\n\n## Parallel\n\n### Task 20: b\n\n```yaml options\nneeds: []\n```\n\ny\n\n## Task 30: c\n\n```yaml options\npick: 10\n```\n\nx\n';
    expect(parseTaskFile(text, 'f', 'markdown').tasks).toEqual([
      { name: 'a', prompt: 'x', variants: 2 },
      { name: 'b', prompt: 'y', needs: [] },
      { name: 'c', prompt: 'x', pick: 1, needs: [2] },
    ]);
    const yaml =
      'tasks:\n  - parallel: [{prompt: a, name: a, variants: 2}, b]\n  - {command: c, pick: a}\n  - d\n';
    const list = parseTaskFile(yaml, 'f', 'yaml');
    expect(list.tasks).toEqual([
      { prompt: 'a', name: 'a', variants: 2 },
      { prompt: 'b', needs: [] },
      { command: 'c', pick: 'a', needs: [1, 2] },
      'd',
    ]);
    const written = writeTaskFile(list, 'yaml');
    expect(written).toContain('parallel:');
    expect(parseTaskFile(written, 'f', 'yaml')).toEqual(list);
  });

  it('that nobody picks are a fault with its line', () => {
    expect(faultsOf('- a\n- prompt: b\n  variants: 3\n- c\n', 'yaml')).toEqual([
      '3:3 tasks[1].variants is for nothing: no later task picks one of them (pick)',
      '4:3 tasks[2] has no needs, so it needs task 2, which has variants',
    ]);
  });
});

describe('what a task needs', () => {
  it('is counted in Markdown as the tasks are numbered there', () => {
    const text =
      '## Task 10: a\n\nx\n\n## Task 20: b\n\n```yaml options\nneeds: []\n```\n\nx\n\n## Task 30: c\n\n```yaml options\nneeds: [10, b]\n```\n\nx\n';
    expect(parseTaskFile(text, 'f', 'markdown').tasks).toEqual([
      { name: 'a', prompt: 'x' },
      { name: 'b', prompt: 'x', needs: [] },
      { name: 'c', prompt: 'x', needs: [1, 'b'] },
    ]);
  });

  it('is a fault with its line where it cannot be', () => {
    const text = `- {name: a, prompt: x}
- {name: a, prompt: x, needs: [2]}
- prompt: x
  needs:
    - 9
    - nobody
    - a
    - 4
    - 1
    - 1
    - 1.5
- {prompt: x, needs: [], when: failure}
`;
    expect(faultsOf(text, 'yaml')).toEqual([
      '2:32 tasks[1].needs[0] is this task itself',
      '5:7 tasks[2].needs[0] there is no task 9',
      '6:7 tasks[2].needs[1] there is no task with the name "nobody"',
      '7:7 tasks[2].needs[2] 2 tasks have the name "a"',
      '8:7 tasks[2].needs[3] task 4 comes later',
      '10:7 tasks[2].needs[5] names task 1 again',
      '11:7 tasks[2].needs[6] must be the number or the name of an earlier task',
      expect.stringMatching(/^12:\d+ tasks\[3\]\.when is "failure", but it needs no task that could fail/),
    ]);
  });

  it('has to have what its template refers to', () => {
    const text =
      '{"template": true, "tasks": ["a", {"prompt": "b", "needs": []},\n{"prompt": "{{tasks.1.result}}", "needs": [2]}]}';
    expect(faultsOf(text, 'json')).toEqual([
      '2:2 tasks[2].prompt "{{tasks.1.result}}": task 1 is not among what this task needs'
        .replaceAll('"{{', '{{')
        .replaceAll('}}"', '}}'),
    ]);
  });

  it.each([
    ['[{"parallel": []}]', '1:3 tasks[0].parallel must be a list with at least one task'],
    ['[{"parallel": ["a"], "retries": 1}]', '1:22 tasks[0].retries is nothing that a group has'],
    ['[{"parallel": ["a", {"parallel": ["b"]}]}]', '1:21 tasks[0].parallel[1] is a group in a group'],
  ])('is a fault in a group that is none: %s', (text, fault) => {
    expect(faultsOf(text, 'json')[0]).toContain(fault);
  });

  it('is a fault where a heading of a group has no task', () => {
    expect(faultsOf('## Task 1: a\n\nx\n\n## Parallel: b\n\n## Task 2: c\n\ny\n', 'markdown')).toEqual([
      '5:1 is a group without a task: its tasks begin with "### Task 1: its name"',
    ]);
  });
});
