import { defaultDataDirectory, INSTALLATION_KEY_FILE } from '@cc-executor/service-kit/data-directory';
import { readFileSync } from 'node:fs';
import { absolutePath } from '@cc-executor/service-kit/project-root';
import { join } from 'node:path';

/**
 * Returns the key that the server of this installation asks for where no key is set, and its client can't be seen to be
 * of its user; undefined where there is none, or this user may not read it. Loads little: every command asks.
 */
export function installationKeyOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const given = env['CC_EXECUTOR_DATA_DIR']?.trim();
  try {
    const folder = given ? absolutePath(given) : defaultDataDirectory(env);
    return readFileSync(join(folder, INSTALLATION_KEY_FILE), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
