import { dataDirectoryOf } from '@cc-executor/local-stack';
import { join } from 'node:path';

/** Returns the folder for the report of an assessment that starts now: below the data directory, named after the time. */
export function reportFolder(env: Readonly<Record<string, string | undefined>>): string {
  return join(dataDirectoryOf(env), 'assessments', new Date().toISOString().replaceAll(':', '-'));
}
