import { count } from '../words.ts';

/** Texts about restores and reruns. */
export const ACTIONS = {
  pause: 'Pause',
  paused: 'It is paused.',
  resume: 'Resume',
  resumed: 'It continues.',
  cancel: 'Cancel',
  cancelling: 'It is being cancelled.',
  download: 'Download the workspace',
  like: 'Write a list like this one',
  saved: 'Saved.',
} as const;

/** The ways back to what a workspace was. */
export const WAY_BACK = {
  tasks: (first: number, last: number) =>
    first === last ? `task ${String(first)}` : `tasks ${String(first)} to ${String(last)}`,
  rerun: 'Run again from here',
  rerunQuestion: (tasks: string, first: number) =>
    `Run ${tasks} again? It is a new list in a new folder, with what the workspace was before task ${String(first)}. The tasks before keep their results, and are not paid again.`,
  rerunYes: (tasks: string) => `Run ${tasks}`,
  before: (task: number) => `before task ${String(task)}`,
  after: (task: number) => `after task ${String(task)}`,
  download: 'Download the workspace after it',
  rerunFailed: 'Run again from the first failure',
  rerunFailedYes: 'Run again',
} as const;

/** A restore, and what it does. `point`: "before task 3". */
export const RESTORE = {
  title: (point: string) => `Restore ${point}`,
  undo: 'Undo',
  yes: 'Restore',
  done: (point: string) => `The workspace is as it was ${point}.`,
  plan: (changes: number, point: string) =>
    changes === 0
      ? `The workspace is as it was ${point} already.`
      : `${count(changes)} ${changes === 1 ? 'change brings' : 'changes bring'} the workspace back to what it was ${point}. What it is now is kept, so that this can be undone.`,
  changes: 'Changes',
  more: (left: number) => `And ${count(left)} more.`,
  kept: 'Left as it is',
} as const;
