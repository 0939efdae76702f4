import type { z } from 'zod';

/** The types of events. `output: true`: may be trimmed from a long log; others are not, since the state is a fold of them. */
export type EventTable = Record<string, { summary: string; output: boolean; data: z.ZodType }>;
