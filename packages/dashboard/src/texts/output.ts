/** What a task printed. */
export const OUTPUT = {
  wrap: 'wrap',
  follow: 'follow the end',
  beginning: 'Beginning',
  end: 'End',
  bytes: (from: string, to: string, all: string) => `bytes ${from} to ${to} of ${all}`,
  search: 'Search',
  download: 'Download',
  title: (task: number) => `Output of task ${String(task)}`,
} as const;
