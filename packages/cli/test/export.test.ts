import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseTaskFile } from '../src/task-files/read-task-file.ts';
import { startCliUnderTest } from './cli-under-test.ts';

let under: Awaited<ReturnType<typeof startCliUnderTest>>;
beforeAll(async () => {
  under = await startCliUnderTest({ ALLOWED_COMMANDS: 'echo,true' });
});
afterAll(async () => {
  await under.stop();
});

const LIST = `---
title: Two greetings
on_failure: continue
timeout_per_task: 10m
retries: 1
vars:
  who: null
---

## Task 7: hello

\`\`\`sh command
echo hello {{vars.who}}
\`\`\`

## Task 8: bye

\`\`\`sh command
echo bye {{vars.who}}
\`\`\`
`;

describe('export', () => {
  it('gives the list of an execution back, which may be submitted again', async () => {
    const file = await under.file('list.md', LIST);
    expect(await under.cli('submit', file, '--id', 'one', '--wait', '--var', 'who=Ada')).toMatchObject({
      code: 0,
    });
    const expected = {
      title: 'Two greetings',
      on_failure: 'continue',
      timeout_per_task: 600,
      retries: 1,
      tasks: [
        { name: 'hello', command: 'echo hello Ada' },
        { name: 'bye', command: 'echo bye Ada' },
      ],
    };
    for (const format of ['markdown', 'yaml', 'json'] as const) {
      const { stdout, stderr, code } = await under.cli('export', 'one', '--format', format);
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
      expect(parseTaskFile(stdout, 'it', format)).toEqual(expected);
    }
    const { stdout } = await under.cli('export', 'one');
    const again = await under.file('again.md', stdout);
    expect(await under.cli('submit', again, '--id', 'two', '--wait')).toMatchObject({ code: 0 });
    expect((await under.cli('export', 'two')).stdout).toBe(stdout);
  });
});

describe('what only the server finds', () => {
  it.each(['submit', 'analyze', 'check'])(
    'is reported by %s with its line, all of it at once',
    async (command) => {
      const options = '```yaml options\njson_schema: {type: nothing}\n```';
      const file = await under.file(
        'wrong.md',
        `---\nchecks: [rm x]\n---\n\n## Task 1\n\n\`\`\`sh command\nls\n\`\`\`\n\n## Task 2\n\n${options}\n\nSay it.\n`,
      );
      const { code, stderr } = await under.cli(command, file);
      expect(code).toBe(2);
      expect(stderr.split('\n').map((line) => line.replace(/^.*wrong\.md/, ''))).toEqual([
        'cc-executor: the task file has faults:',
        expect.stringMatching(/^:2:1: checks\[0\] /),
        expect.stringMatching(/^:7:1: tasks\[0\]\.command /),
        expect.stringMatching(/^:14:1: tasks\[1\]\.json_schema cannot be used as a schema: /),
        '',
      ]);
    },
  );
});
