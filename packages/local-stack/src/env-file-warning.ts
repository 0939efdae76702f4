import { withoutPackageManager, type Env } from '@cc-executor/service-kit';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { StartWarning } from './start-warning.ts';

/** The timeout of one git command, in milliseconds. */
const GIT_MS = 5000;
const SECRET = /(_KEY|_TOKEN|_SECRET|_PASSWORD|_HEADERS)$/;

/** Returns a warning if the `.env` of a folder has a credential and git tracks it or would add it; else null. */
export function envFileWarning(folder: string, env: Env): StartWarning | null {
  const path = join(folder, '.env');
  const names = credentialsIn(path);
  if (names.length === 0) return null;
  const what = `${path} has a credential (${names.join(', ')})`;
  if (ask(folder, env, ['ls-files', '--error-unmatch', '--', '.env']) === true)
    return {
      what: `${what} and is tracked by git.`,
      cure: 'Run: git rm --cached .env && echo .env >> .gitignore; then replace the credential, which is in the history.',
    };
  if (ask(folder, env, ['check-ignore', '--quiet', '--', '.env']) === false)
    return {
      what: `${what} and is not ignored by git: the next "git add -A" takes it up.`,
      cure: 'Run: echo .env >> .gitignore',
    };
  return null;
}

function credentialsIn(path: string): string[] {
  try {
    const set = Object.entries(parseEnv(readFileSync(path, 'utf8')));
    return set.filter(([name, value]) => isCredential(name, value ?? '')).map(([name]) => name);
  } catch {
    // There is none; an unreadable one is reported by the code that needs it.
    return [];
  }
}

function isCredential(name: string, value: string): boolean {
  if (URL.canParse(value) && new URL(value).password !== '') return true;
  return value !== '' && SECRET.test(name);
}

/** Returns whether the git command succeeds; null: no git, or no repository. */
function ask(folder: string, env: Env, args: readonly string[]): boolean | null {
  const users = Object.entries(withoutPackageManager(env)).filter(([name]) => !name.startsWith('GIT_'));
  const options = { cwd: folder, env: Object.fromEntries(users), timeout: GIT_MS, stdio: 'ignore' } as const;
  try {
    execFileSync('git', args, options);
    return true;
  } catch (error) {
    return (error as { status?: number | null }).status === 1 ? false : null;
  }
}
