import { z } from 'zod';

/** What an attempt runs in, from the least to the most that is between it and its machine. */
export const ISOLATIONS = ['process', 'container'] as const;
export const Isolation = z.enum(ISOLATIONS, 'must be "process" or "container"');
export type Isolation = z.output<typeof Isolation>;

/** Returns the one of both that isolates more. */
export function strongerIsolation(one: Isolation, other: Isolation): Isolation {
  return ISOLATIONS.indexOf(one) >= ISOLATIONS.indexOf(other) ? one : other;
}
