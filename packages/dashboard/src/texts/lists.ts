/** The page of all lists. */
export const LISTS = {
  outcome: 'A task ended with',
  from: 'Submitted from',
  to: 'until',
  all: 'Show all',
  title: 'Lists',
  none: 'There is no such list.',
  write: 'Write a new list',
  or: 'or',
  showAll: 'show all',
  older: 'Show older ones',
  state: 'State',
  words: 'Words',
  wordsOf: 'of its title, id or labels',
  label: 'Label',
  labelLike: 'team=web, !draft',
  any: 'any',
} as const;
