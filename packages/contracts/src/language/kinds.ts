/** The categories of tasks, in a few words each. */
export const CATEGORIES = {
  calculation: 'calculates a number or a date',
  code: 'writes or changes code',
  analysis: 'examines something: a review, an audit, a search for a cause',
  architecture: 'designs or plans something before there is code',
  explanation: 'explains or answers something',
  creative: 'writes prose or verse, or translates',
  data: 'reads, cleans, queries or draws data',
  file: 'moves, lists, reads or removes files',
  system_command: 'runs programs: git, packages, services',
  test: 'writes or runs tests',
  build: 'compiles, packages or releases something',
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
