import { Ajv, type ErrorObject } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** What is wrong with a value, as `/items/0/name must be string`; null when it fits. */
export type SchemaCheck = (value: unknown) => string | null;

const DIALECTS: readonly [address: RegExp, dialect: typeof Ajv | typeof Ajv2019 | typeof Ajv2020][] = [
  [/draft-0[67]\/schema/, Ajv],
  [/draft\/2019-09\//, Ajv2019],
  [/draft\/2020-12\//, Ajv2020],
];

/** So many faults are told; a large answer can have thousands. */
const TOLD_FAULTS = 5;

/**
 * The check that a JSON schema makes, by the dialect that its `$schema` names, else 2020-12. Throws a sentence when it
 * is no valid schema, or refers to another one.
 */
export function compileSchema(schema: Readonly<Record<string, unknown>>): SchemaCheck {
  const named = schema['$schema'];
  const Dialect =
    named === undefined
      ? Ajv2020
      : DIALECTS.find(([address]) => typeof named === 'string' && address.test(named))?.[1];
  if (Dialect === undefined)
    throw new Error(`its $schema is ${JSON.stringify(named)}; draft 6, 7, 2019-09 and 2020-12 are known`);
  // Keywords that are not known say nothing, as the specification has it.
  const ajv = new Dialect({ strict: false, allErrors: true, logger: false });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? null : faultsOf(validate.errors ?? []));
}

/** True when Claude Code takes the schema for the input of a tool: an object, by draft 7, with known keywords only. */
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
