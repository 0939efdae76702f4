import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTaskText } from '../src/task-files/read-task-file.ts';
import { TaskFileError } from '../src/task-files/task-file-error.ts';

const FENCE = '```';

function read(text: string) {
  const { submission, notes } = readTaskText(text, 'f', 'markdown');
  return { ...submission, notes: notes.map(({ line, message }) => `${String(line)} ${message}`) };
}

function faultsOf(text: string): string[] {
  try {
    readTaskText(text, 'f', 'markdown');
    return [];
  } catch (error) {
    if (!(error instanceof TaskFileError)) throw error;
    return error.faults.map(({ line, column, message }) => `${String(line)}:${String(column)} ${message}`);
  }
}

const list = (name: string) => readFileSync(join(import.meta.dirname, 'lists', name), 'utf8');

// Proves: task-file-loses-nothing
describe('a heading that looks like a task is one, or a fault that says what to write:', () => {
  it.each([
    '## Task 2 b',
    '## Task 2 - b',
    '## Task 2) b',
    '## Task 2. b',
    '## task 2: b',
    '##   TASK   2  :  b',
    '## Task #2: b',
    '## Task No. 2: b',
    '## **Task 2: b**',
    '## **Task 2**: b',
    '## ✅ Task 2: b',
    '## [ ] Task 2: b',
    ' ## Task 2: b',
    '## Task 2: b ##',
    '## Task 2：b',
    '## Aufgabe 2: b',
    '## Tâche 2: b',
    '## Задача 2: b',
    '## 任务 2：b',
    'Task 2: b\n---------',
  ])('%s', (heading) => {
    const { tasks } = read(`## Task 1: a\n\ndo a\n\n${heading}\n\ndo b\n`);
    expect(tasks).toEqual([
      { name: 'a', prompt: 'do a' },
      { name: 'b', prompt: 'do b' },
    ]);
  });

  it.each([
    ['### Task 2: b', 1],
    ['# Task 2: b', 1],
    ['##Task 2: b', 1],
    ['##Task 2', 1],
    ['＃＃ Task 2: b', 1],
    ['\\## Task 2: b', 1],
    ['**Task 2**: b', 1],
    ['**Task 2: b**', 1],
    ['Task 2: b', 1],
    ['    ## Task 2: b', 5],
    ['- x\n\n  ## Task 2: b', 3],
    ['<details>\n## Task 2: b', 1],
  ])('%s', (line, column) => {
    const at = 5 + line.split('\n').length - 1;
    expect(faultsOf(`## Task 1: a\n\ndo a\n\n${line}\n\ndo b\n`)).toEqual([
      expect.stringMatching(
        new RegExp(`^${String(at)}:${String(column)} looks like a task, but is none: write "## Task 2`),
      ),
    ]);
  });

  it.each(['## Task: b', '## Task two: b', '## Task II'])('%s has no number', (heading) => {
    expect(faultsOf(`## Task 1: a\n\ndo a\n\n${heading}\n\ndo b\n`)).toEqual([
      '5:1 looks like a task, but has no number: write "## Task 2: its name"',
    ]);
  });

  it('one in a comment or a quote is noted', () => {
    const { tasks, notes } = read('## Task 1\n\na\n\n<!--\n## Task 2\n\nb\n-->\n\n> ## Task 3\n');
    expect(tasks).toHaveLength(1);
    expect(notes).toEqual([
      '6 Task 2 is in a comment, and is not run',
      '11 "Task 3" is quoted, and is part of the prompt above it',
    ]);
  });

  it('the name of a task of the file is only its name', () => {
    const { tasks, notes } = read(
      '## Task 1\n\na\n\n## Task 2\n\nDo as in\n\n### Task 1: as above\n\n**Task 1**: x\n',
    );
    expect(tasks).toHaveLength(2);
    expect(notes).toEqual([]);
  });

  it('a fence that is never closed does not take tasks with it', () => {
    expect(faultsOf(`## Task 1\n\n${FENCE}js\nf()\n\n## Task 2\n\nb\n`)).toEqual([
      '3:1 is a fence that is never closed, and takes the task in line 6 with it: write ``` where it ends',
    ]);
  });
});

describe('front matter', () => {
  it.each([
    '---\nstrict: true\n---',
    '\n\n---\nstrict: true\n---',
    '---  \nstrict: true\n--- \t',
    '---\nstrict: true\n...',
  ])('is read as a person means it: %j', (front) => {
    expect(faultsOf(`${front}\n\n## Task 1\n\na\n`)).toEqual([]);
    expect(faultsOf(`${front.replace('strict', 'stirct')}\n\n## Task 1\n\na\n`)).toEqual([
      expect.stringMatching(/stirct unknown key; did you mean strict\?$/),
    ]);
  });

  it.each([
    ['---\non_failure: stop\n\n## Task 1\n\na\n', /^1:1 begins the front matter, which is never closed/],
    ['---\non_failure: stop\n\n## Task 1\n\na\n\n---\n\n## Task 2\n\nb\n', /^1:1 begins the front matter/],
    ['+++\na = 1\n+++\n\n## Task 1\n\na\n', /^1:1 front matter is YAML/],
    [
      `---\nstrict: true\n---\n\n${FENCE}yaml options\nstrict: true\n${FENCE}\n\n## Task 1\n\na\n`,
      /^5:1 are options of the list again/,
    ],
  ])('%j is a fault', (text, fault) => {
    expect(faultsOf(text)).toEqual([expect.stringMatching(fault)]);
  });

  it('may be a block of options before the first task', () => {
    const { on_failure } = read(
      `# Mine\n\n${FENCE}yml options\non_failure: continue\n${FENCE}\n\n## Task 1\n\na\n`,
    );
    expect(on_failure).toBe('continue');
  });

  it('is none where a rule begins the file', () => {
    expect(read('---\n\n# Mine\n\n## Task 1\n\na\n').tasks).toEqual([{ prompt: 'a' }]);
  });
});

describe('a fence is what it is marked as:', () => {
  it.each([
    '```sh command',
    '```bash command',
    '```zsh  command',
    '``` sh command',
    '```SH Command',
    '```{.sh .command}',
    '```sh {command}',
    '```sh,command',
    '```bash run',
    '```command',
    '~~~sh command',
    '  ```sh command',
    '````sh command',
    '```sh command title="x"',
  ])('%s', (opening) => {
    const closing = /^ *([`~]+)/.exec(opening)?.[1] ?? '';
    const { tasks, notes } = read(`## Task 1\n\n${opening}\nls -la\n\nls\n${closing}\n`);
    expect(tasks).toEqual([{ command: 'ls -la\n\nls' }]);
    expect(notes).toEqual([]);
  });

  it.each(['```sh', '```bash', '``` shell', '```zsh'])('%s alone is a command, and noted', (opening) => {
    const { tasks, notes } = read(`## Task 1\n\n${opening}\nls\n${FENCE}\n`);
    expect(tasks).toEqual([{ command: 'ls' }]);
    expect(notes).toEqual(['3 is run as a command; write "```sh command" to say so']);
  });

  it('a shell block with text around it is part of the prompt', () => {
    const { tasks } = read(`## Task 1\n\nFix what this says:\n\n${FENCE}sh\nls\n${FENCE}\n`);
    expect(tasks).toEqual([{ prompt: `Fix what this says:\n\n${FENCE}sh\nls\n${FENCE}` }]);
  });

  it.each([
    '```yaml options',
    '```yml options',
    '``` yaml options',
    '```YAML Options',
    '```{.yaml .options}',
    '```options',
  ])('%s', (opening) => {
    for (const body of [
      `${opening}\nretries: 1\n${FENCE}\n\nfirst\n\nlast`,
      `first\n\n${opening}\nretries: 1\n${FENCE}\n\nlast`,
    ])
      expect(read(`## Task 1\n\n${body}\n`).tasks).toEqual([{ retries: 1, prompt: 'first\n\nlast' }]);
  });

  it('JSON options', () => {
    const { tasks } = read(`## Task 1\n\n${FENCE}json options\n{"retries": 1}\n${FENCE}\n\na\n`);
    expect(tasks).toEqual([{ retries: 1, prompt: 'a' }]);
  });

  it.each([
    [`text\n\n${FENCE}sh command\nls\n${FENCE}`, /^5:1 is a command, and the body has text beside it/],
    [`${FENCE}sh command\nls\n${FENCE}\n\n${FENCE}sh command\nls\n${FENCE}`, /^7:1 is a second command/],
    [`${FENCE}sh comand\nls\n${FENCE}`, /^3:1 write "```sh command"/],
    [`${FENCE}yaml optoins\nretries: 1\n${FENCE}\n\na`, /^3:1 write "```yaml options"/],
    [`${FENCE}python command\nprint()\n${FENCE}`, /^3:1 can't be run as python/],
    [`${FENCE}toml options\na = 1\n${FENCE}\n\na`, /^3:1 can't be read as toml/],
    [`${FENCE}sh command\nls`, /^3:1 is a block of command that is never closed/],
    [`- ${FENCE}sh command\n  ls\n  ${FENCE}`, /^3:1 is a block of command in a list/],
    [
      `${FENCE}yaml options\nretries: 1\n${FENCE}\n\na\n\n${FENCE}yaml options\nretries: 1\n${FENCE}`,
      /^9:1 are options again/,
    ],
  ])('%j is a fault', (body, fault) => {
    expect(faultsOf(`## Task 1\n\n${body}\n`)).toEqual([expect.stringMatching(fault)]);
  });
});

describe('numbers', () => {
  it('may begin anywhere, and references name them', () => {
    const template = `${FENCE}yaml options\ntemplate: true\n${FENCE}`;
    const { tasks } = read(
      `## Task 7: a\n\nx\n\n## Task 8\n\n${template}\n\n{{tasks.7.result}} {{ tasks.a.result }} {{{{tasks.7.result}}\n`,
    );
    expect(tasks[1]).toMatchObject({
      prompt: '{{tasks.1.result}} {{ tasks.a.result }} {{{{tasks.7.result}}',
    });
    expect(faultsOf(`## Task 7\n\nx\n\n## Task 8\n\n${template}\n\n{{tasks.1.result}}\n`)).toEqual([
      '11:1 refers to Task 1, which this file does not have',
    ]);
  });

  it('may have gaps, which are noted, and parts', () => {
    expect(read('## Task 1\n\na\n\n## Task 3\n\nb\n').notes).toEqual([
      '5 is Task 3, and comes next after Task 1',
    ]);
    expect(read('## Task 1.1: a\n\na\n\n## Task 1.2: b\n\nb\n\n## Task 2b\n\nc\n').tasks).toHaveLength(3);
  });
});

describe('lists as cc_executor has them', () => {
  it('tasks below another heading, from 0, with their fields, and notes at the end', () => {
    const { tasks, notes } = read(list('levels.md'));
    expect(tasks).toEqual([
      { name: 'Prepare', timeout: 60, prompt: 'Make the folders src/ and tests/, and an empty README.md.' },
      {
        name: 'Orders (Direct - quick)',
        timeout: 300,
        allowed_tools: ['Read', 'Write'],
        prompt:
          'Write src/orders.py with a class Order that has an id, lines and a total.\n\n**Common Errors & Fixes:**\n- **Timeout**: raise it for large files\n\n**Success criteria**: the total of an order without lines is 0.',
      },
      {
        name: 'Tests',
        timeout: 'auto',
        allowed_tools: ['Read', 'Write', 'Bash(pytest:*)'],
        model: 'haiku',
        prompt: 'Write tests/test_orders.py.',
      },
    ]);
    expect(notes).toEqual([
      '3 lines 3 to 9 come before the first task, and belong to none',
      '14 is taken as timeout: 60',
      '19 is taken as timeout: 300',
      '20 is taken as allowed_tools: ["Read","Write"]',
      '25 stays in the prompt: timeout is not a time such as 90, 10m or 1h30m',
      '32 is taken as timeout: "auto"',
      '33 is taken as allowed_tools: ["Read","Write","Bash(pytest:*)"]',
      '34 is taken as model: "haiku"',
      '38 "Notes" and what is below it belong to no task',
    ]);
  });

  it('phases and modes', () => {
    const { tasks, notes } = read(list('modes.md'));
    expect(tasks).toEqual([
      { prompt: 'write merge.py, a merge sort' },
      { prompt: 'write heap.py, a heap sort\nthat needs no second list' },
      {
        prompt:
          'measure merge.py and heap.py with lists of 10, 1,000 and 100,000 numbers,\nand write the figures to figures.md',
      },
      { prompt: 'name the faster one in README.md' },
    ]);
    expect(notes).toEqual([
      expect.stringMatching(/^1 lines 1 to 3 come before/),
      expect.stringMatching(/^3 "Phase 1 - Parallel variants \(Direct\):" is a phase/),
      expect.stringMatching(/^8 "Phase 2 /),
      '9 "(cc_execute.md)" has no effect here: each task has its own agent',
      '12 "(Direct)" has no effect here: each task has its own agent',
    ]);
  });

  it('direct calls of tools', () => {
    const { tasks, notes } = read(list('direct.md'));
    expect(tasks).toEqual([
      { tool: { server: 'docs', name: 'search', arguments: { query: 'merge sort' } } },
      { tool: { server: 'my_docs', name: 'list' } },
      { tool: { server: 'docs', name: 'read', arguments: { page: 2, deep: { a: '`' } } } },
      { prompt: 'mcp__docs__search merge sort' },
      { prompt: 'Build on what was found.' },
    ]);
    expect(notes.filter((note) => note.includes('(Direct)'))).toEqual([
      expect.stringMatching(/^14 "\(Direct\)" has no effect here/),
    ]);
  });

  it('a numbered plan', () => {
    const { tasks, notes } = read(list('plan.md'));
    expect(tasks).toEqual([
      { prompt: 'Replace print in src/ by the logger.' },
      {
        prompt: `Add a setting LOG_LEVEL:\n\n${FENCE}python\nLOG_LEVEL = "info"\n${FENCE}\n\nand read it in main.py.`,
      },
      { prompt: 'Describe the setting in README.md.' },
    ]);
    expect(notes[0]).toBe('5 is read as a numbered plan: each is a task, in their order');
  });

  it('numbered headings', () => {
    const { tasks } = read(list('steps.md'));
    expect(tasks).toEqual([
      { name: 'Remove the old templates', prompt: 'Delete templates/old and what uses it.' },
      { name: 'Run the tests', command: 'pytest -q' },
      { prompt: 'Update the changelog' },
    ]);
  });

  it('rules between tasks, and what follows the last one', () => {
    const { tasks, notes } = read(list('same-level.md'));
    expect(tasks).toEqual([
      { name: 'Configuration', prompt: 'Write config.json with a port.' },
      { name: 'Server', prompt: 'Write server.mjs, which reads config.json.' },
    ]);
    expect(notes).toEqual(['11 "How the list is used" and what is below it belong to no task']);
  });

  // Proves: task-file-loses-nothing
  it('another heading between tasks stays in the prompt, and is noted', () => {
    const { tasks, notes } = read('## Task 1\n\na\n\n## Rules\n\n- b\n\n## Task 2\n\nc\n');
    expect(tasks[0]).toEqual({ prompt: 'a\n\n## Rules\n\n- b' });
    expect(notes).toEqual([
      '5 "Rules" is part of the prompt of the task above it; if it is, write it as "### Rules"',
    ]);
  });
});

it('all faults come in one go, those of the format beside those of the schema', () => {
  expect(
    faultsOf(
      `---\nworkspace: ~/x\n---\n\n## Task 1\n\n${FENCE}yaml options\nretires: 1\n${FENCE}\n\na\n\n### Task 2: b\n\nb\n`,
    ),
  ).toEqual([
    expect.stringMatching(/^2:1 workspace must be a folder below/),
    '8:1 tasks[0].retires unknown key; did you mean retries?',
    expect.stringMatching(/^13:1 looks like a task/),
  ]);
});
