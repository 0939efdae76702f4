import { ConfigError, readConfig, Settings, type Env } from '@cc-executor/service-kit';

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

function shown(value: unknown): string | null {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return null;
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
