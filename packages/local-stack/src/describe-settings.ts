import { readHooks } from '@cc-executor/hooks';
import { ConfigError, inheritedEnvironment, readConfig, Settings, type Env } from '@cc-executor/service-kit';

export interface SettingView {
  name: string;
  /** The effective value; null: not set; a secret only shows that it is set. */
  value: string | null;
  source: 'set' | 'default';
  secret: boolean;
  description: string;
}

/** Returns every setting as the services would read it from `env`, with all faults. */
export function describeSettings(env: Env): { settings: SettingView[]; faults: readonly string[] } {
  let values: Record<string, unknown> = env;
  let faults: readonly string[] = [];
  try {
    values = readConfig(Settings, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    ({ faults } = error);
  }
  const settings = Object.entries(Settings.shape).map(([name, schema]): SettingView => {
    const isSet = (env[name]?.trim() ?? '') !== '';
    const secret = schema.meta()?.['secret'] === true;
    const hidden = secret && isSet;
    return {
      name,
      value: hidden ? '(set, not shown)' : shown(values[name]),
      source: isSet ? 'set' : 'default',
      secret,
      description: schema.description ?? '',
    };
  });
  return { settings, faults };
}

/** Returns every fault of the hooks folder that `env` names, as the worker would find it; none without a folder. */
export function hookFaults(env: Env): readonly string[] {
  const known = Object.entries(env).filter(([name]) => name in Settings.shape || name === 'PATH');
  const place = placeOfHooks(Object.fromEntries(known));
  if (place === null) return [];
  try {
    readHooks(place);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults;
  }
}

/** Null: there is no folder, or its setting has a fault that is reported with the others. */
function placeOfHooks(env: Env): Parameters<typeof readHooks>[0] | null {
  try {
    const { CC_EXECUTOR_HOOKS_DIR: directory, CC_EXECUTOR_WORKSPACES_DIR: workspaces } = readConfig(
      Settings.pick({ CC_EXECUTOR_HOOKS_DIR: true, CC_EXECUTOR_WORKSPACES_DIR: true }),
      env,
    );
    if (directory === undefined) return null;
    return { directory, workspaces, searchPath: inheritedEnvironment(env, workspaces)['PATH'] };
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}

function shown(value: unknown): string | null {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return null;
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
