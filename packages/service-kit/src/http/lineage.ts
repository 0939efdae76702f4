import { echo, invalidRequest, LINEAGE_HEADER, parseLineage } from '@cc-executor/contracts';
import type { IncomingHttpHeaders } from 'node:http';

/** Returns the executions whose task makes this request, outermost first; none for an outside client. Throws INVALID_REQUEST. */
export function lineageOf({ headers }: { headers: IncomingHttpHeaders }): string[] {
  const given = headers[LINEAGE_HEADER];
  const lineage = parseLineage(typeof given === 'string' ? given : undefined);
  if (lineage !== null) return lineage;
  const message = `is "${echo(String(given))}"; must be ids of executions, comma-separated`;
  throw invalidRequest([{ path: LINEAGE_HEADER, message }]);
}
