import { defaultDataDirectory, INSTALLATION_KEY_FILE } from '@cc-executor/service-kit/data-directory';
import { absolutePath } from '@cc-executor/service-kit/project-root';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from './children/process-identity.ts';
import type { StackRecord } from './stack-file.ts';

/**
 * Returns the key that the server of this installation asks for where no key is set, and its client can't be seen to be
 * of its user. Undefined where this user may not read it, and where the stack that runs is not at `url`: while it is
 * down, somebody else could listen there. Loads little, since every command asks.
 */
export function installationKeyOf(
  env: Readonly<Record<string, string | undefined>>,
  url: string,
): string | undefined {
  const given = env['CC_EXECUTOR_DATA_DIR']?.trim();
  try {
    const folder = given ? absolutePath(given) : defaultDataDirectory(env);
    const record = JSON.parse(readFileSync(join(folder, 'stack.json'), 'utf8')) as StackRecord;
    if (record.api !== url || !isRunning(record)) return undefined;
    return readFileSync(join(folder, INSTALLATION_KEY_FILE), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
