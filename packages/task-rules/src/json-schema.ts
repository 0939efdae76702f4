import { Ajv, type ErrorObject } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** Returns what is wrong with a value, as `/items/0/name must be string`; null if it is valid. */
export type SchemaCheck = (value: unknown) => string | null;

type Dialect = typeof Ajv | typeof Ajv2019 | typeof Ajv2020;

const DIALECTS: readonly [address: RegExp, dialect: Dialect][] = [
  [/draft-0[67]\/schema/, Ajv],
  [/draft\/2019-09\//, Ajv2019],
  [/draft\/2020-12\//, Ajv2020],
];

// Unknown keywords are ignored, as the specification requires.
const OPTIONS = { strict: false, allErrors: true, logger: false } as const;

/** By dialect: what checks schemas themselves. To compile that takes longer than a small schema, and it keeps nothing of them. */
const checkers = new Map<Dialect, Ajv | Ajv2019 | Ajv2020>();

function checkerOf(dialect: Dialect): Ajv | Ajv2019 | Ajv2020 {
  const known = checkers.get(dialect);
  if (known !== undefined) return known;
  const checker = new dialect(OPTIONS);
  formats.default(checker);
  checkers.set(dialect, checker);
  return checker;
}

/** The number of faults that are reported; a large answer can have thousands. */
const TOLD_FAULTS = 5;

/**
 * Compiles a JSON schema to a check, by the dialect of its `$schema`, else 2020-12. Throws a sentence if it
 * is invalid, or refers to another schema.
 */
export function compileSchema(schema: Readonly<Record<string, unknown>>): SchemaCheck {
  const named = schema['$schema'];
  const dialect =
    named === undefined
      ? Ajv2020
      : DIALECTS.find(([address]) => typeof named === 'string' && address.test(named))?.[1];
  if (dialect === undefined)
    throw new Error(`its $schema is ${JSON.stringify(named)}; draft 6, 7, 2019-09 and 2020-12 are known`);
  // It throws what is wrong.
  if (checkerOf(dialect).validateSchema(schema, true) !== true) throw new Error('schema is invalid');
  // A new one for each schema: what a schema names is known to its own alone.
  const ajv = new dialect({ ...OPTIONS, validateSchema: false });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? null : faultsOf(validate.errors ?? []));
}

/** Returns whether Claude Code accepts the schema as the input of a tool: an object, by draft 7, with known keywords only. */
export function isToolSchema(schema: Readonly<Record<string, unknown>>): boolean {
  if (schema['type'] !== 'object' || ['anyOf', 'oneOf', 'allOf', '$ref'].some((key) => key in schema))
    return false;
  try {
    new Ajv({ validateFormats: false, logger: false }).compile(schema);
    return true;
  } catch {
    return false;
  }
}

function faultsOf(errors: readonly ErrorObject[]): string {
  const told = errors.slice(0, TOLD_FAULTS).map(({ instancePath, message, params }) => {
    const which = 'additionalProperty' in params ? ` ("${String(params['additionalProperty'])}")` : '';
    return `${instancePath === '' ? 'the whole' : instancePath} ${message ?? 'does not fit'}${which}`;
  });
  const more = errors.length - told.length;
  return more > 0 ? `${told.join('; ')} (and ${String(more)} more)` : told.join('; ');
}
