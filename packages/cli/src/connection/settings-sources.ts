import { INSTALLATION_ROOT } from '@cc-executor/local-stack/project-root';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { parseEnv } from 'node:util';

type Values = Readonly<Record<string, string | undefined>>;

/** Settings that belong together, since the same person or program wrote them. */
export interface SettingsSource {
  /** As people know it: "the environment", or the path of a file. */
  name: string;
  values: Values;
}

/**
 * Returns where settings come from, the one that wins first: the environment, the `.env` of the installation, and what
 * the user has written down for every installation. A `.env` of the folder that the command is called in never counts,
 * unless the installation was made there: it may be a stranger's.
 */
export function settingsSources(env: Values, installation = INSTALLATION_ROOT): SettingsSource[] {
  const files = [join(installation, '.env'), join(configHome(env), 'cc-executor/env')];
  const set = Object.entries(env).filter(([, value]) => value !== undefined && value !== '');
  return [
    { name: 'the environment', values: Object.fromEntries(set) },
    ...files.map((name) => ({ name, values: parseEnv(readIfThere(name)) })),
  ];
}

/** The environment with what the `.env` of the installation adds to it, as the services read it. */
export function environmentOf([environment, ofInstallation]: readonly SettingsSource[]): Values {
  return { ...ofInstallation?.values, ...environment?.values };
}

/** Source: the XDG Base Directory Specification, which has a relative path ignored. */
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
