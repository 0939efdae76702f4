import type { z } from 'zod';

/** Types of events. `output: true` marks what may be trimmed from a long log; the rest never is, because the state of an execution is a fold of it. */
export type EventTable = Record<string, { summary: string; output: boolean; data: z.ZodType }>;
