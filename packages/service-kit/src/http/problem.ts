import { ERRORS, type CcError, type Problem } from '@cc-executor/contracts';

/** The retry delay after a 503, in seconds: about the time that a Redis takes to restart. */
const RETRY_AFTER_SECONDS = 5;
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** An error as it is sent. */
export interface RenderedProblem {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The only place where an error becomes a REST answer (RFC 9457). */
export function renderProblem(error: CcError, requestId: string): RenderedProblem {
  const row = ERRORS[error.code];
  const { errors, instructions } = error.details;
  const problem: Problem = {
    type: `urn:cc-executor:error:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: row.title,
    status: row.status,
    detail: error.message,
    code: error.code,
    request_id: requestId,
    ...(errors === undefined ? {} : { errors: [...errors] }),
    ...(instructions === undefined ? {} : { instructions: [...instructions] }),
  };
  const headers: Record<string, string> = { 'content-type': PROBLEM_TYPE };
  if (row.status === 503) headers['retry-after'] = String(RETRY_AFTER_SECONDS);
  if (row.status === 401) headers['www-authenticate'] = 'Bearer realm="cc-executor"';
  return { status: row.status, headers, body: `${JSON.stringify(problem)}\n` };
}
