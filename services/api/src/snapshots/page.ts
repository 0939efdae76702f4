import { invalidRequest } from '@cc-executor/contracts';
import { z } from 'zod';

const MOST = 1000;
const limits = `must be a whole number from 1 to ${String(MOST)}`;

/** The requested page. */
export const pageQuery = {
  cursor: z
    .string()
    .regex(/^[0-9]{1,9}$/, 'must be the next_cursor of an answer')
    .optional()
    .describe('the `next_cursor` of the page before'),
  limit: z.coerce
    .number(limits)
    .int(limits)
    .min(1, limits)
    .max(MOST, limits)
    .default(500)
    .describe('so many files at most'),
};

/** Returns a page of some rows. Throws INVALID_REQUEST for a cursor beyond them. */
export function pageOf<T>(
  rows: readonly T[],
  { cursor = '0', limit }: { cursor?: string | undefined; limit: number },
): { page: T[]; next: string | null } {
  const start = Number(cursor);
  if (start > rows.length) throw invalidRequest([{ path: 'cursor', message: 'is of no page' }]);
  const end = start + limit;
  return { page: rows.slice(start, end), next: end < rows.length ? String(end) : null };
}
