import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { defaultDataDirectory } from './data-directory.ts';
import { findProgram } from './programs.ts';
import { absolutePath } from './project-root.ts';
import { crossFaults } from './rules.ts';
import { unknownNames } from './setting-names.ts';
import { Settings, type Env } from './settings.ts';

/**
 * Reads the settings that `schema` names from `env`, and checks them. An empty value counts as unset. Throws one
 * ConfigError with all faults.
 */
export function readConfig<S extends z.ZodObject>(schema: S, env: Env): z.output<S> {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, piece] of Object.entries<z.ZodType>(schema.shape)) {
    const given = givenOrDerived(name, env);
    const parsed = piece.safeParse(given);
    if (parsed.success) values[name] = parsed.data;
    else faults.push(faultOf(name, given, parsed.error));
  }
  faults.push(...unknownNames(env, Object.keys(Settings.shape)), ...crossFaults(values));
  if (faults.length > 0) throw new ConfigError(faults);
  return values as z.output<S>;
}

const BELOW_THE_DATA: Readonly<Record<string, string>> = {
  CC_EXECUTOR_WORKSPACES_DIR: 'workspaces',
  CC_EXECUTOR_KEYS_DIR: 'keys',
};

/** Defaults that depend on other settings or on the machine. */
function givenOrDerived(name: string, env: Env): string | undefined {
  const given = env[name]?.trim() || undefined;
  if (name === 'CC_EXECUTOR_SHELL') {
    const named = given === 'default' ? undefined : given;
    return (
      findProgram(named === undefined ? ['zsh', 'bash', 'sh'] : [named], env['PATH']) ?? named ?? '/bin/sh'
    );
  }
  if (name === 'REDIS_URL' && given !== undefined) return withPassword(given, env);
  if (given !== undefined) return given;
  if (name === 'CC_EXECUTOR_DATA_DIR') return defaultDataDirectory(env);
  const below = BELOW_THE_DATA[name];
  if (below === undefined) return undefined;
  return join(env['CC_EXECUTOR_DATA_DIR']?.trim() || defaultDataDirectory(env), below);
}

/** A container gets the password as a file: many tools show its environment. */
function withPassword(url: string, env: Env): string {
  const file = env['CC_EXECUTOR_REDIS_PASSWORD_FILE']?.trim();
  if (!file || !URL.canParse(url)) return url;
  const address = new URL(url);
  if (address.password !== '') return url;
  try {
    address.password = encodeURIComponent(readFileSync(absolutePath(file), 'utf8').trim());
  } catch (error) {
    throw new ConfigError([
      `CC_EXECUTOR_REDIS_PASSWORD_FILE: got "${file}"; it can't be read (${String((error as NodeJS.ErrnoException).code)})`,
    ]);
  }
  return address.href;
}

function faultOf(name: string, given: string | undefined, error: z.ZodError): string {
  if (given === undefined) return `${name}: must be set`;
  return `${name}: got ${isSecret(name) ? 'a value' : `"${given}"`}; ${error.issues[0]?.message ?? 'is not usable'}`;
}

function isSecret(name: string): boolean {
  // By name, since a wrapping schema does not have the metadata of the wrapped one.
  return Settings.shape[name as keyof Settings]?.meta()?.['secret'] === true;
}
