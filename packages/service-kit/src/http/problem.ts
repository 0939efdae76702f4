import { ERRORS, type CcError, type Problem } from '@cc-executor/contracts';

/** Seconds after which a call that met a 503 may be tried again: about as long as a Redis takes to come back. */
const RETRY_AFTER_SECONDS = 5;
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** An error as it goes over the wire. */
export interface RenderedProblem {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** The one place where an error becomes an answer of REST (RFC 9457). */
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
  return { status: row.status, headers, body: JSON.stringify(problem) };
}
