/** A field of the form: an option of the list. */
export interface ListField {
  /** The name of the option. */
  name: string;
  label: string;
  kind: 'text' | 'number' | 'several' | 'choice' | 'check';
  hint?: string;
  choices?: readonly (readonly [string, string])[];
  /** Returns the option of what was typed; undefined: none. */
  value: (typed: string) => unknown;
}

const asText = (typed: string) => typed.trim() || undefined;
/** A text that is not a number is passed on, so that the server reports the error. */
const asNumber = (typed: string) => {
  const text = asText(typed);
  return text !== undefined && /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
};

export const LIST_FIELDS: readonly ListField[] = [
  { name: 'title', label: 'Title', kind: 'text', value: asText },
  {
    name: 'on_failure',
    label: 'When one fails',
    kind: 'choice',
    choices: [
      ['stop', 'start no other'],
      ['continue', 'run all others'],
      ['skip_dependents', 'skip what needs it'],
    ],
    value: asText,
  },
  {
    name: 'timeout_per_task',
    label: 'Time for each',
    kind: 'text',
    hint: '10m, 1h30m or auto',
    value: asNumber,
  },
  { name: 'retries', label: 'Retries', kind: 'number', value: asNumber },
  { name: 'max_parallel', label: 'At the same time', kind: 'number', value: asNumber },
  { name: 'model', label: 'Model', kind: 'text', hint: "the agent's own", value: asText },
  {
    name: 'repository',
    label: 'Repository',
    kind: 'text',
    hint: 'a path on the server',
    value: (typed) => {
      const path = asText(typed);
      return path === undefined ? undefined : { path };
    },
  },
  {
    name: 'labels',
    label: 'Labels',
    kind: 'text',
    hint: 'team=web, part=api',
    value: (typed) => {
      const pairs = typed.split(',').flatMap((pair) => {
        const [key = '', ...rest] = pair.split('=');
        return key.trim() === '' ? [] : [[key.trim(), rest.join('=').trim()] as const];
      });
      return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
    },
  },
  {
    name: 'checks',
    label: 'Checks after each, one a line',
    kind: 'several',
    hint: 'npm test',
    value: (typed) => {
      const lines = typed.split('\n').flatMap((line) => asText(line) ?? []);
      return lines.length === 0 ? undefined : lines;
    },
  },
  {
    name: 'strict',
    label: 'refuse it if a prompt is unclear',
    kind: 'check',
    value: (typed) => (typed === 'true' ? true : undefined),
  },
];

/**
 * Returns the options of a list: what is in its text, and what was typed into the fields for the others. `variables` are
 * the values that were typed, by name.
 */
export function optionsOf(
  inText: Readonly<Record<string, unknown>>,
  typed: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const fields = LIST_FIELDS.flatMap(({ name, value }) => {
    const option = Object.hasOwn(inText, name) ? undefined : value(typed[name] ?? '');
    return option === undefined ? [] : [[name, option] as const];
  });
  const own = Object.entries(variables).filter(([, value]) => value !== '');
  const vars = { ...(inText['vars'] as object | undefined), ...Object.fromEntries(own) };
  return {
    ...Object.fromEntries(fields),
    ...inText,
    ...(Object.keys(vars).length > 0 && { vars }),
  };
}
