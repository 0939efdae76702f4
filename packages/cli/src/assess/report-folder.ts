import { describeSettings } from '@cc-executor/local-stack';
import { join } from 'node:path';

/** Where the report of an assessment that begins now goes: below the data directory, named after the time. */
export function reportFolder(env: Readonly<Record<string, string | undefined>>): string {
  const data = describeSettings(env).settings.find(({ name }) => name === 'CC_EXECUTOR_DATA_DIR')?.value;
  return join(data ?? '.cc-executor', 'assessments', new Date().toISOString().replaceAll(':', '-'));
}
