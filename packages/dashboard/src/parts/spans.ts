export const HOUR_MS = 3600 * 1000;

/** The times of which a report or a search may be: its name in the address, and hours. */
export const SPANS = [
  ['12h', 12],
  ['24h', 24],
  ['72h', 72],
  ['168h', 168],
] as const;

export type Span = (typeof SPANS)[number][0];

/** Returns the time of this name; a day where there is none. */
export function spanOf(name: string | null): (typeof SPANS)[number] {
  return SPANS.find(([own]) => own === name) ?? SPANS[1];
}
