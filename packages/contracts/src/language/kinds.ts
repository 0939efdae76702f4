/** The categories of tasks, in a few words each. */
export const CATEGORIES = {
  calculation: 'a number or a date to be worked out',
  code: 'code to be written or changed',
  analysis: 'something to be looked into: a review, an audit, a search for a cause',
  architecture: 'a design or a plan, before there is code',
  explanation: 'something to be explained or answered',
  creative: 'prose, verse or a translation',
  data: 'data to be read, cleaned, queried or drawn',
  file: 'files to be moved, listed, read or removed',
  system_command: 'programs to be run: git, packages, services',
  test: 'tests to be written or run',
  build: 'something to be compiled, packaged or released',
  general: 'anything else',
} as const;

export type Category = keyof typeof CATEGORIES;
export const CATEGORY_NAMES = Object.keys(CATEGORIES) as [Category, ...Category[]];

/** The complexities of tasks, with the default times in seconds without history: expected and limit. */
export const COMPLEXITIES = {
  trivial: { expected: 15, limit: 45 },
  low: { expected: 60, limit: 180 },
  medium: { expected: 180, limit: 540 },
  high: { expected: 360, limit: 1080 },
  extreme: { expected: 900, limit: 2700 },
} as const;

export type Complexity = keyof typeof COMPLEXITIES;
export const COMPLEXITY_NAMES = Object.keys(COMPLEXITIES) as [Complexity, ...Complexity[]];
