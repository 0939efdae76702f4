/** Texts about changed files. */
export const CHANGES = {
  files: (count: number) => `${String(count)} ${count === 1 ? 'file' : 'files'}`,
  lines: (added: number, removed: number) => `+${String(added)} −${String(removed)} lines`,
  seenCount: (count: number) => `${String(count)} seen`,
  patch: 'As a patch',
  beside: 'side by side',
  noSpace: 'without changes of white space',
  order: 'order',
  orders: {
    path: 'by path',
    lines: 'most lines first',
    unseen: 'not seen first',
  },
  isSeen: (path: string) => `${path} is seen`,
  seen: 'seen',
  more: 'Show more files',
  was: (path: string) => `was ${path} `,
  binary: 'binary',
  saidBefore: 'said before',
  inStory: 'in the story',
  changesOf: (label: string) => `Changes of ${label}`,
  moreLines: (count: string, all: string) => `Show ${count} more of ${all} lines`,
} as const;
