import { INSTALLATION_ROOT } from '@cc-executor/local-stack/project-root';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

/** The environment with what a .env in the project's root adds to it, as the services read it. */
export function withProjectEnv(env: Readonly<Record<string, string | undefined>>) {
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  return { ...parseEnv(readIfThere(join(INSTALLATION_ROOT, '.env'))), ...Object.fromEntries(set) };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
