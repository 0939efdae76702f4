import { fieldsOf, nameOr, wordsOf } from '../../lines/foreign.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A request that sets something of a session: its method, and its parameters beside the id of the session. */
export interface Setting {
  method: string;
  params: Fields;
}

const PLANS = /^(plan|read[-_ ]?only)$/i;

/** Returns the model that a session uses; null: the agent does not say. */
export function modelOf(session: Fields): string | null {
  return nameOr(
    optionOf(session, 'model')?.['currentValue'] ?? fieldsOf(session['models'])['currentModelId'],
  );
}

/** Returns how a session gets a model: null if it has it; a sentence if that cannot be requested. */
export function modelSetting(session: Fields, model: string): Setting | null | string {
  if (modelOf(session) === model) return null;
  const option = optionOf(session, 'model');
  if (option !== null) {
    const values = valuesOf(option);
    return values.some(({ value }) => value === model)
      ? setting(option, model)
      : `The agent has no model "${model}". It offers ${someOf(values.map(({ value }) => wordsOf(value)))}.`;
  }
  return session['models'] === undefined || session['models'] === null
    ? `The agent does not let its client choose a model, and the task names "${model}": choose it in the agent's own configuration.`
    : { method: 'session/set_model', params: { modelId: model } };
}

/** Returns how a session gets a mode in which nothing is changed: null if it is in one; a sentence if there is none. */
export function planSetting(session: Fields): Setting | null | string {
  const option = optionOf(session, 'mode');
  if (option !== null) {
    const mode = valuesOf(option).find(isPlan);
    if (mode !== undefined)
      return option['currentValue'] === mode['value'] ? null : setting(option, mode['value']);
  }
  const { availableModes, currentModeId } = fieldsOf(session['modes']);
  const modes = Array.isArray(availableModes) ? availableModes.map(fieldsOf) : [];
  const mode = modes.find(isPlan);
  if (mode === undefined)
    return 'The agent has no mode in which it only plans, which permission_mode "plan" needs.';
  return currentModeId === mode['id'] ? null : { method: 'session/set_mode', params: { modeId: mode['id'] } };
}

function isPlan({ id, value, name }: Fields): boolean {
  return [id, value, name].some((text) => typeof text === 'string' && PLANS.test(text));
}

/** A choice of the session, by its category or its id. */
function optionOf({ configOptions }: Fields, category: string): Fields | null {
  const options = Array.isArray(configOptions) ? configOptions.map(fieldsOf) : [];
  const named = (name: string) => options.find((option) => option[name] === category);
  return named('category') ?? named('id') ?? null;
}

/** The values of a choice, which may be in groups. */
function valuesOf({ options }: Fields): Fields[] {
  const all = Array.isArray(options) ? options.map(fieldsOf) : [];
  return all.flatMap((one) => (Array.isArray(one['options']) ? one['options'].map(fieldsOf) : [one]));
}

function setting({ id }: Fields, value: unknown): Setting {
  return { method: 'session/set_config_option', params: { configId: id, value } };
}

function someOf(names: readonly string[]): string {
  const more = names.length > 20 ? `, and ${String(names.length - 20)} more` : '';
  return `${names.slice(0, 20).join(', ')}${more}`;
}
