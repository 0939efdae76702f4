/** Links to a place in the page. */
export const PLACES = {
  event: (seq: number, type: string, task: number, time: string) =>
    `Event ${String(seq)} is ${type} of task ${String(task)}, at ${time}.`,
  toTask: 'Show it with its task.',
  linkToFile: (path: string) => `Link to ${path}`,
  linkToEvent: (seq: number) => `Link to event ${String(seq)}`,
} as const;
