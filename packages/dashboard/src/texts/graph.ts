/** The drawing of what needs what. */
export const GRAPH = {
  title: 'What needs what',
  intro: 'From top to bottom. The strong line is the part that takes longest.',
  folded: 'Tasks of one state and place are one box: open it to see them.',
  asList: 'The same as a list',
  needsNothing: 'needs nothing',
  tasks: (count: string) => `${count} tasks`,
  more: (count: string, all: string) => `Show ${count} more of ${all}`,
  needs: (tasks: readonly number[], more: string | null) =>
    `needs ${tasks.join(', ')}${more === null ? '' : ` and ${more} more`}`,
} as const;
