import { readPlainSync } from '@cc-executor/evidence/plain-files';
import { defaultDataDirectory, INSTALLATION_KEY_FILE } from '@cc-executor/service-kit/data-directory';
import { absolutePath } from '@cc-executor/service-kit/project-root';
import { join } from 'node:path';
import { isRunning } from './children/process-identity.ts';
import type { StackRecord } from './stack-file.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The largest size of both files, in bytes. */
const MAX_BYTES = 64 * 1024;

/**
 * Returns the key that the server of this installation requires if no key is set and it cannot see that the client belongs
 * to its user. Undefined if this user may not read it, or if the running stack is not at `url`: while it is
 * down, another program could listen there. Loads little, since every command calls it.
 */
export function installationKeyOf(env: Env, url: string): string | undefined {
  if (runningApiOf(env) !== url) return undefined;
  try {
    return read(env, INSTALLATION_KEY_FILE).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Returns where the API of the stack that uses the data directory of `env` answers; null: none runs, or it starts. */
export function runningApiOf(env: Env): string | null {
  try {
    const record = JSON.parse(read(env, 'stack.json')) as StackRecord;
    return isRunning(record) ? record.api : null;
  } catch {
    return null;
  }
}

/** A file of the data directory; a task may have put anything in its place. */
function read(env: Env, name: string): string {
  const given = env['CC_EXECUTOR_DATA_DIR']?.trim();
  const folder = given ? absolutePath(given) : defaultDataDirectory(env);
  return readPlainSync(join(folder, name), MAX_BYTES)?.toString() ?? '';
}
