import type { ComponentChildren } from 'preact';

/** The page of one list. */
export const LIST = {
  submitted: (time: string) => `submitted ${time}`,
  cost: (amount: string) => `cost ${amount}`,
  folder: (path: string) => `folder ${path}`,
  branch: 'branch',
  runsAgain: (list: ComponentChildren) => <>runs {list} again</>,
  runAgainBy: (list: ComponentChildren) => <>run again by {list}</>,
  beginsAfter: (list: ComponentChildren) => <>It begins after {list}, which works in the same workspace.</>,
  waits: (reason: string, until: string) => `It waits: ${reason}. It continues automatically at ${until}.`,
  paused: (reason: string) => `It is paused: ${reason}.`,
  pausedByUser: 'A person has paused it. Resume it when it may continue.',
  retried: (time: string) => `The credential is retried automatically at ${time}.`,
  search: 'Search in its outputs',
  tasks: 'Tasks',
  failed: (count: string) => `${count} failed:`,
  changed: 'Files that changed since the list began',
  moments: 'What happened',
  report: 'The report of this list as a file, with what is proven',
  carried: 'its result is carried over',
  first: (some: string, all: string) =>
    `Of ${all} tasks, these ${some} failed, run, were cancelled or have warnings:`,
  all: (all: string) => `All ${all} tasks, in their order`,
  more: (some: string, all: string) => `Show ${some} more of ${all}`,
  attempts: (count: number) => `${String(count)} attempts`,
} as const;
