import { z } from 'zod';

/** The kinds of isolation, from the weakest to the strongest. */
export const ISOLATIONS = ['process', 'container'] as const;
export const Isolation = z.enum(ISOLATIONS, 'must be "process" or "container"');
export type Isolation = z.output<typeof Isolation>;

/** Returns the one of both that isolates more. */
export function strongerIsolation(one: Isolation, other: Isolation): Isolation {
  return ISOLATIONS.indexOf(one) >= ISOLATIONS.indexOf(other) ? one : other;
}
