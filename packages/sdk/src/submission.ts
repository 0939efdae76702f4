import type { ExecuteRequest } from '@cc-executor/contracts';
import type { z } from 'zod';

/** The body of POST /execute, as a client writes it. */
export type Submission = z.input<typeof ExecuteRequest>;
