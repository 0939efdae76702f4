import type { ExecuteRequest } from '@cc-executor/contracts';
import type { z } from 'zod';

/** A body of POST /execute, as a client writes it. */
export type Submission = z.input<typeof ExecuteRequest>;
