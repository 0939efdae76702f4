/** Texts about the output of a task. */
export const OUTPUT = {
  copy: 'Copy',
  copied: 'Copied.',
  copiedPart: 'What is in memory here was copied: the whole is too long for that. The download has it.',
  link: 'Link to here',
  wrap: 'wrap',
  follow: 'follow the end',
  beginning: 'Beginning',
  end: 'End',
  bytes: (from: string, to: string, all: string) => `bytes ${from} to ${to} of ${all}`,
  search: 'Search',
  download: 'Download',
  title: (task: number) => `Output of task ${String(task)}`,
} as const;
