import { count } from '../words.ts';

/** The page of a new list. */
export const NEW_LIST = {
  title: 'New list',
  intro:
    'Each line is a prompt; a line that begins with $ is a command; one that begins with # is left out. Or a task file, in Markdown, YAML or JSON. Ctrl+Enter runs it.',
  startFrom: 'Start from',
  example: 'choose an example',
  file: 'or a file',
  back: 'Bring back what was there',
  tasks: 'Tasks',
  /** The button that submits it. */
  run: (tasks: number) => (tasks === 0 ? 'Run' : `Run ${count(tasks)} ${tasks === 1 ? 'task' : 'tasks'}`),
  faults: (faults: number) => (faults === 1 ? 'One thing is wrong:' : `${count(faults)} things are wrong:`),
} as const;

/** The options of a new list. */
export const FIELDS = {
  options: 'Options of the list',
  inText: 'as the text has it',
  values: 'Values to fill in',
} as const;

/** A new list as the server understands it. */
export const PREVIEW = {
  title: 'As it is read',
  waits: ', and does not fit: it will wait',
  /** How long it may take, and what it may cost; null: that is not known. */
  forecast: (expected: string, likely: string, cost: string | null) =>
    `Expected: ${expected}, likely at most ${likely}${cost === null ? '' : `, about ${cost}`}.`,
  unknown: (tasks: number, all: number) =>
    ` Of ${count(tasks)} of ${count(all)} nothing is known from earlier runs.`,
  limit: (name: string, used: string, needed: string | null) =>
    `The limit “${name}”: ${used} used${needed === null ? '' : `; this needs about ${needed} of it`}`,
  more: (all: string) => `Show more of ${all}`,
} as const;

/** The errors in the text of a list. */
export const UNREADABLE = {
  line: (line: number) => `line ${String(line)}`,
  noTasks: 'It has no list of tasks: it must be a list of tasks, or have one named tasks.',
} as const;
