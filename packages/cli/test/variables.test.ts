import { describe, expect, it } from 'vitest';
import { readTaskText } from '../src/task-files/read-task-file.ts';

const LIST = `---
vars:
  branch: main
  ticket:
---

## Task 1

Look at {{vars.branch}} for {{vars.ticket}}.
`;

const read = (vars?: Record<string, string>) => readTaskText(LIST, 'f', 'markdown', vars).submission;

describe('variables of a task file', () => {
  it('are refused where one has no value, at the line that uses it', () => {
    expect(() => read()).toThrow(
      /^f:9:1: tasks\[0\]\.prompt needs a value of vars\.ticket, which must be given$/,
    );
  });

  it('get the values that the command was given', () => {
    expect(read({ ticket: 'A=1' })).toMatchObject({ vars: { branch: 'main', ticket: 'A=1' } });
    expect(read({ ticket: 'A', branch: '' })).toMatchObject({ vars: { branch: '', ticket: 'A' } });
  });

  it('that the list does not have are refused', () => {
    expect(() => read({ ticket: 'A', tikcet: 'B' })).toThrow(
      /^f has no variable "tikcet": list it under vars/,
    );
  });
});
