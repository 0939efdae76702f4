import { INSTALLATION_ROOT } from '@cc-executor/local-stack/project-root';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { parseEnv } from 'node:util';

type Values = Readonly<Record<string, string | undefined>>;

/** Settings of one source, written by the same person or program. */
export interface SettingsSource {
  /** Its name for people: "the environment", or the path of a file. */
  name: string;
  values: Values;
}

/**
 * Returns the sources of settings by precedence: the environment, the `.env` of the installation, and
 * the user's configuration for every installation. A `.env` in the current directory never counts,
 * unless the installation is there: it may be from a stranger.
 */
export function settingsSources(env: Values, installation = INSTALLATION_ROOT): SettingsSource[] {
  const files = [join(installation, '.env'), join(configHome(env), 'cc-executor/env')];
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  return [
    { name: 'the environment', values: Object.fromEntries(set) },
    ...files.map((name) => ({ name, values: parseEnv(readIfThere(name)) })),
  ];
}

/** Returns the environment with what the `.env` of the installation adds, as the services read it. */
export function environmentOf([environment, ofInstallation]: readonly SettingsSource[]): Values {
  return { ...ofInstallation?.values, ...environment?.values };
}

/** Source: the XDG Base Directory Specification, by which a relative path is ignored. */
function configHome(env: Values): string {
  const given = env['XDG_CONFIG_HOME'] ?? '';
  return isAbsolute(given) ? given : join(env['HOME'] || homedir(), '.config');
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
