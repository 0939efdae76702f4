import { z } from 'zod';
import { echo } from '../language/errors.ts';
import { LIMITS } from '../language/limits.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const PLACES = /\{\{([^{}]*)\}\}/g;

/** The variables of a list, by name. */
export const Variables = z
  .record(
    z.string().regex(NAME, 'must be a name of letters, digits, dashes and underscores'),
    z.union(
      [
        z
          .string()
          .max(LIMITS.mcpTextCharacters, `must have at most ${String(LIMITS.mcpTextCharacters)} characters`)
          .refine((value) => !value.includes('\0'), 'must not contain a NUL character'),
        z.number(),
        z.boolean(),
        z.null(),
      ],
      'must be a string, a number, true, false, or null where it must be given',
    ),
    'must be an object of names and values',
  )
  .refine((vars) => Object.keys(vars).length <= LIMITS.listItems, {
    error: `must have at most ${String(LIMITS.listItems)} variables`,
  })
  .describe(
    'Values for `{{vars.name}}` in the prompts, commands, names and checks of this list. null: the value must be given at submission. A list without `vars` has no such placeholders.',
  );
export type Variables = z.output<typeof Variables>;

/** The texts of a task or a list in which variables have places. */
export const TEXTS = ['prompt', 'command', 'name', 'append_system_prompt', 'validation_prompt'] as const;

/** Returns a text with the values of its variables. In a template, braces in a value are escaped. */
export function fillVariables(text: string, vars: Variables, isTemplate = false): string {
  return text.replace(PLACES, (whole, inside: string) => {
    const name = nameIn(inside);
    const value = name !== null && Object.hasOwn(vars, name) ? vars[name] : null;
    if (value === null || value === undefined) return whole;
    return isTemplate ? String(value).replaceAll('{{', '{{{{') : String(value);
  });
}

/**
 * Returns the value of the variable that a text consists of, with its type; of any other text, what `fillVariables` returns.
 */
export function fillValue(text: string, vars: Variables, isTemplate = false): string | number | boolean {
  const [, whole] = /^\{\{([^{}]*)\}\}$/.exec(text) ?? [];
  const name = whole === undefined ? null : nameIn(whole);
  const value = name !== null && Object.hasOwn(vars, name) ? vars[name] : null;
  return typeof value === 'number' || typeof value === 'boolean'
    ? value
    : fillVariables(text, vars, isTemplate);
}

/** Returns the errors of the variables in a text: a sentence for each that has no value. */
export function variableFaults(text: string, vars: Readonly<Record<string, unknown>>): string[] {
  const names = new Set([...text.matchAll(PLACES)].flatMap(([, inside = '']) => nameIn(inside) ?? []));
  return [...names].flatMap((name) => {
    if (!Object.hasOwn(vars, name)) return [`uses ${echo(`{{vars.${name}}}`)}, which vars does not have`];
    return vars[name] === null ? [`needs a value of vars.${name}, which must be given`] : [];
  });
}

/** The name of the variable that stands between braces; null: none does. */
function nameIn(inside: string): string | null {
  const text = inside.trim();
  return text.startsWith('vars.') ? text.slice('vars.'.length) : null;
}
