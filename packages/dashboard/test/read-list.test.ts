import { describe, expect, it } from 'vitest';
import { optionsOf } from '../src/new-list/list-fields.ts';
import { listText } from '../src/new-list/list-text.ts';
import { readList, variablesIn } from '../src/new-list/read-list.ts';
import { EXAMPLES } from '../src/new-list/examples.ts';

const YAML = `# the night
title: Night
retries: 1
tasks:
  - prompt: one
    retrys: 2
  - name: two
    command: >-
      echo a
      b
    checks:
      - true
      - 7
  - just a prompt
`;
const JSON_TEXT = `{
  "title": "Night",
  "tasks": [
    "one",
    {
      "command": "echo",
      "checks": ["a", 7]
    }
  ]
}`;

const MARKDOWN = `---
retries: 1
---

# Night

## Task 1: one

Write it.

## Task 2: two

\`\`\`sh command
npm test
\`\`\`
`;

describe('a list in the editor', () => {
  it('has a task in each line that is no comment', async () => {
    const list = await readList('\n# a comment\nWrite it\n\n  $ npm test  \n');
    expect(list.tasks).toEqual(['Write it', { command: 'npm test' }]);
    expect(list.faults).toEqual([]);
    expect(['tasks[0]', 'tasks[1].command', 'tasks[2]', 'title'].map(list.lineOf)).toEqual([
      3,
      5,
      null,
      null,
    ]);
  });

  it.each([
    ['- one\n- two\n', ['one', 'two'], [1, 2]],
    ['["one",\n "two"]', ['one', 'two'], [1, 2]],
    [YAML, 3, [5, 7]],
    [JSON_TEXT, 2, [4, 5]],
    [MARKDOWN, 2, [7, 11]],
    ['- parallel: [a, b]\n- c\n', 3, [1, 1]],
  ])('is read from %j', async (text, tasks, lines) => {
    const list = await readList(text);
    expect(list.faults).toEqual([]);
    expect(typeof tasks === 'number' ? list.tasks.length : list.tasks).toEqual(tasks);
    expect(['tasks[0]', 'tasks[1]'].map(list.lineOf)).toEqual(lines);
  });

  it.each([
    [YAML, 'title', 2],
    [YAML, 'tasks[0].retrys', 6],
    [YAML, 'tasks[1].command', 8],
    [YAML, 'tasks[1].checks[1]', 13],
    [YAML, 'tasks[1].nowhere', 7],
    [YAML, 'tasks[2]', 14],
    [JSON_TEXT, 'tasks[1].checks[1]', 7],
    [JSON_TEXT, 'tasks[1].command', 6],
    [MARKDOWN, 'retries', 2],
    ['- one\n- prompt: two\n  retries: x\n', 'tasks[1].retries', 3],
  ])('has the line of what a path names: %#', async (text, path, line) => {
    expect((await readList(text)).lineOf(path)).toBe(line);
  });

  it.each([
    ['[\n "one",\n two\n]', 3],
    ['{"tasks": [\n', 2],
    ['{"title": "x"}', 1],
    ['- one\n- "two\n', 3],
    ['tasks:\n  - one\n - two\n', 3],
    ['tasks: 7\n', 1],
    ['- &a [*a, *b]\n', 1],
    ['## Task 1: one\n\ndo it\n\n## Task 2: two\n', 5],
    ['[\n "one",\n]', 3],
    ['{"tasks": ["one"], // two\n}', 1],
  ])('that cannot be read has a fault with its line: %j', async (text, line) => {
    const { faults, tasks } = await readList(text);
    expect(tasks).toEqual([]);
    expect(faults.map((fault) => fault.line)[0]).toBe(line);
    expect(faults[0]?.message).not.toBe('');
  });

  it.each(['- ', ''])('nested very deeply has a fault, and ends nothing: %j', async (before) => {
    const { faults } = await readList(`${before}${'['.repeat(100_000)}`);
    expect(faults.length).toBeGreaterThan(0);
  });

  it('takes the options of its text, and those of fields for the others', async () => {
    const { options } = await readList(`${YAML}vars: {a: 1, b: null}\n`);
    expect(variablesIn('{{vars.c}} {{ vars.a }}', options)).toEqual(['a', 'b', 'c']);
    const typed = {
      title: 'typed',
      retries: '7',
      timeout_per_task: '90',
      max_parallel: 'many',
      labels: 'team=web, night=, x',
      checks: 'npm test\n\n npm run lint ',
      repository: ' /srv/shop ',
      strict: 'false',
      model: ' ',
    };
    expect(optionsOf(options, typed, { b: 'two', c: '' })).toEqual({
      title: 'Night',
      retries: 1,
      timeout_per_task: 90,
      max_parallel: 'many',
      labels: { team: 'web', night: '', x: '' },
      checks: ['npm test', 'npm run lint'],
      repository: { path: '/srv/shop' },
      vars: { a: 1, b: 'two' },
    });
  });

  it.each(EXAMPLES)('has an example that can be read: %s', async (_, text) => {
    const list = await readList(text);
    expect(list.faults).toEqual([]);
    expect(list.tasks.length).toBeGreaterThan(1);
  });

  it('is read from an earlier list with the options of each task', async () => {
    const task = { name: null, kind: 'prompt', agent: 'claude', timeout: null, retries: 0, options: {} };
    const text = listText({
      on_failure: 'continue',
      labels: { team: 'web' },
      tasks: [
        { ...task, text: 'one: {a}\n- "two"\n', retries: 2, options: { model: 'm' } },
        {
          ...task,
          name: 'c',
          kind: 'command',
          agent: 'command',
          text: '# no',
          timeout: 9,
          checks: ['x'],
          needs: [],
        },
        { ...task, kind: 'tool', agent: 'tool', text: '{"server":"s","name":"n"}' },
        { ...task, agent: 'codex', text: 'three', when: 'always', needs: [1, 2] },
      ],
    } as unknown as Parameters<typeof listText>[0]);
    const { tasks, options, faults } = await readList(text);
    expect(faults).toEqual([]);
    expect(options).toEqual({ on_failure: 'continue', labels: { team: 'web' } });
    expect(tasks).toEqual([
      { prompt: 'one: {a}\n- "two"\n', retries: 2, model: 'm' },
      { name: 'c', command: '# no', timeout: 9, checks: ['x'], needs: [] },
      { tool: { server: 's', name: 'n' } },
      { prompt: 'three', agent: 'codex', when: 'always', needs: [1, 2] },
    ]);
  });
});
