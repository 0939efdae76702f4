import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from './config-error.ts';
import type { Env } from './settings.ts';

/** Returns `env` with what the file at `envFile` adds; the environment wins. A missing file adds nothing. */
export function readEnv(env: Env, envFile: string): Env {
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  return { ...parseEnv(readIfThere(envFile)), ...Object.fromEntries(set) };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new ConfigError([`${path}: can't be read (${(error as Error).message})`]);
  }
}
