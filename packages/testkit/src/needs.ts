import { findProgram } from '@cc-executor/service-kit';

/** Returns the path of the first of these programs that is installed; skips the test, with a reason, if none is. */
export function needs(context: { skip(why: string): never }, ...programs: readonly string[]): string {
  const found = findProgram(programs, process.env['PATH']);
  return found ?? context.skip(`${programs.join(' or ')} is not installed`);
}
