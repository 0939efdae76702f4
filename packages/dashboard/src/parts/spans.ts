export const HOUR_MS = 3600 * 1000;

/** The times of which a report or a search may be: its name in the address, its words, and hours. */
export const SPANS = [
  ['12h', 'the last 12 hours', 12],
  ['24h', 'the last day', 24],
  ['72h', 'the last 3 days', 72],
  ['168h', 'the last week', 168],
] as const;

/** Returns the time of this name; a day where there is none. */
export function spanOf(name: string | null): (typeof SPANS)[number] {
  return SPANS.find(([own]) => own === name) ?? SPANS[1];
}
