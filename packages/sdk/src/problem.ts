import type { ErrorCode, Problem } from '@cc-executor/contracts';
import { CcServerError } from './errors.ts';

/** Returns the error in a problem document; null if the text is not one. */
export function errorOf(text: string): CcServerError | null {
  try {
    const problem = JSON.parse(text) as Partial<Problem>;
    if (typeof problem.code !== 'string' || typeof problem.detail !== 'string') return null;
    return new CcServerError(problem.code as ErrorCode, problem.detail, { problem: problem as Problem });
  } catch {
    return null;
  }
}
