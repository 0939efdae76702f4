/** Texts of the frame of every page. */
export const SHELL = {
  skip: 'Skip to the content',
  pages: 'Pages',
  places: {
    report: 'Report',
    lists: 'Lists',
    search: 'Search',
    newList: 'New list',
    installation: 'Installation',
  },
} as const;

export const KEYS = {
  title: 'Keys',
  close: 'Close',
  /** The keys, and what they do. */
  help: [
    ['j, k', 'next, previous item'],
    ['Enter', 'open the item'],
    ['g r', 'the report'],
    ['g l', 'all lists'],
    ['g s, /', 'search'],
    ['g n', 'a new list'],
    ['g i', 'the installation'],
    ['g g, G', 'the beginning, the end'],
    ['?', 'this help'],
  ],
} as const;
