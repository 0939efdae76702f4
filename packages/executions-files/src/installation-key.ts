import { INSTALLATION_KEY_FILE, type Settings } from '@cc-executor/service-kit';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { writeOnce } from '@cc-executor/evidence';

/**
 * Returns the key that an installation without configured keys requires from other users: that of the data directory, which
 * the first service creates. Only the user of the installation can read it. Null if the settings have keys, or
 * if they say that none is needed.
 */
export async function openInstallationKey(
  dataDirectory: string,
  settings: Pick<Settings, 'CC_EXECUTOR_API_KEY' | 'CC_EXECUTOR_KEYLESS'>,
): Promise<string | null> {
  if (settings.CC_EXECUTOR_API_KEY.length > 0 || settings.CC_EXECUTOR_KEYLESS) return null;
  const newKey = () => `${randomBytes(32).toString('base64url')}\n`;
  return (await writeOnce(join(dataDirectory, INSTALLATION_KEY_FILE), newKey)).trim();
}
