import { readPlainSync } from '@cc-executor/evidence/plain-files';
import { defaultDataDirectory, INSTALLATION_KEY_FILE } from '@cc-executor/service-kit/data-directory';
import { absolutePath } from '@cc-executor/service-kit/project-root';
import { join } from 'node:path';
import { isRunning } from './children/process-identity.ts';
import type { StackRecord } from './stack-file.ts';

/** The largest size of both files, in bytes. */
const MAX_BYTES = 64 * 1024;

/**
 * Returns the key that the server of this installation requires if no key is set and it cannot see that the client belongs
 * to its user. Undefined if this user may not read it, or if the running stack is not at `url`: while it is
 * down, another program could listen there. Loads little, since every command calls it.
 */
export function installationKeyOf(
  env: Readonly<Record<string, string | undefined>>,
  url: string,
): string | undefined {
  const given = env['CC_EXECUTOR_DATA_DIR']?.trim();
  try {
    const folder = given ? absolutePath(given) : defaultDataDirectory(env);
    // A task may have replaced them.
    const read = (name: string) => readPlainSync(join(folder, name), MAX_BYTES)?.toString() ?? '';
    const record = JSON.parse(read('stack.json')) as StackRecord;
    if (record.api !== url || !isRunning(record)) return undefined;
    return read(INSTALLATION_KEY_FILE).trim() || undefined;
  } catch {
    return undefined;
  }
}
