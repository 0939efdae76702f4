import { CcLocalError, CcServerError } from '@cc-executor/sdk';
import { EXIT } from './exit-codes.ts';

/** A failure for a person and for a script. `message` null: already reported. */
export interface Failure {
  exitCode: number;
  message: string | null;
}

/** Returns the meaning of a failed call of the client; null if it is not one. */
export function callFailureOf(error: unknown): Failure | null {
  if (error instanceof CcServerError) return { exitCode: codeOf(error), message: wordsOf(error) };
  if (error instanceof CcLocalError) {
    const hint = error.code === 'UNREACHABLE' ? ' Is it running? "cc-executor server start" starts one.' : '';
    const exitCode = error.code === 'BAD_OPTION' ? EXIT.usage : EXIT.unreachable;
    return { exitCode, message: `${error.message}${hint}` };
  }
  return null;
}

function codeOf({ code, status }: CcServerError): number {
  if (code === 'UNAUTHENTICATED' || status === null || status >= 500) return EXIT.unreachable;
  return EXIT.usage;
}

function wordsOf({ code, message, errors, instructions }: CcServerError): string {
  const faults = errors.length > 1 ? errors.map(({ path, message: what }) => `  ${path}: ${what}`) : [];
  const version = ['ROUTE_NOT_FOUND', 'METHOD_NOT_ALLOWED'].includes(code)
    ? ['The server and this command may have different versions: see "cc-executor version".']
    : [];
  const key = code === 'UNAUTHENTICATED' ? ['Set CC_EXECUTOR_API_KEY to a key of the server.'] : [];
  return [[message, ...version, ...key].join(' '), ...faults, ...instructions].join('\n');
}
