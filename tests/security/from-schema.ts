import * as fc from 'fast-check';
import { hostileText } from './hostile.ts';

/** The part of JSON Schema that our descriptions use. */
export interface Schema {
  $ref?: string;
  type?: string | readonly string[];
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  properties?: Record<string, Schema>;
  required?: readonly string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

export interface FromSchemaOptions {
  /** Resolves a `$ref`. */
  resolve?: (ref: string) => Schema;
  /** What a property of this name gets, in place of what its schema says; undefined: by its schema. */
  named?: (name: string) => fc.Arbitrary<unknown> | undefined;
}

const MOST_ITEMS = 4;
/** An optional property comes so often, of 100: objects have many, and most exclude each other. */
const OPTIONAL = 4;

/** Returns values that fit the schema, as far as a schema says what fits. */
export function fromSchema(schema: Schema, options: FromSchemaOptions = {}): fc.Arbitrary<unknown> {
  const { $ref, const: constant, enum: values, anyOf, oneOf, allOf, type } = schema;
  const of = (inner: Schema) => fromSchema(inner, options);
  if ($ref !== undefined) {
    const target = options.resolve?.($ref);
    return target === undefined ? fc.jsonValue() : of(target);
  }
  if (constant !== undefined) return fc.constant(constant);
  if (values !== undefined) return fc.constantFrom(...values);
  const alternatives = anyOf ?? oneOf;
  if (alternatives !== undefined) return fc.oneof(...alternatives.map(of));
  if (allOf !== undefined)
    return fc.tuple(...allOf.map(of)).map((parts) => Object.assign({}, ...(parts as object[])) as unknown);
  if (typeof type === 'object') return fc.oneof(...type.map((one) => of({ ...schema, type: one })));
  switch (type) {
    case 'string':
      return texts(schema);
    case 'integer':
    case 'number':
      return numbers(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      const { items = {}, minItems: least = 0, maxItems: most = MOST_ITEMS } = schema;
      return fc.array(of(items), {
        minLength: least,
        maxLength: Math.max(least, Math.min(most, MOST_ITEMS)),
      });
    }
    case 'object':
      return objects(schema, options);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function texts({
  pattern,
  format,
  minLength: least = 0,
  maxLength: most = 1000,
}: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (format === 'uuid') return fc.uuid();
  // Look-aheads and the like are left to plain texts, which then do not fit.
  if (pattern !== undefined && !/\(\?|\\p/.test(pattern))
    return fc.stringMatching(new RegExp(pattern, 'u'), { size: '-1' });
  const fits = (text: string) => text.length >= least && text.length <= most;
  const ordinary = fc.string({ minLength: least, maxLength: Math.max(least, Math.min(most, 40)) });
  return fc.oneof(
    ordinary,
    hostileText.map((text) => (fits(text) ? text : 'a'.repeat(Math.max(1, least)))),
  );
}

function numbers({ type, ...bounds }: Schema): fc.Arbitrary<number> {
  const min = bounds.minimum ?? bounds.exclusiveMinimum ?? -1e9;
  const max = bounds.maximum ?? bounds.exclusiveMaximum ?? Math.max(1e9, min);
  if (type === 'integer') {
    const [low, high] = [Math.ceil(min), Math.floor(max)];
    return fc.oneof(
      fc.integer({ min: Math.max(low, -(2 ** 31)), max: Math.min(high, 2 ** 31 - 1) }),
      fc.constantFrom(low, high),
    );
  }
  return fc.double({ min, max, noNaN: true, minExcluded: bounds.exclusiveMinimum !== undefined });
}

function objects(schema: Schema, options: FromSchemaOptions): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema;
  const entries = Object.entries(properties).map(([name, inner]) => {
    const values = options.named?.(name) ?? fromSchema(inner, options);
    return [name, required.includes(name) ? values : sparse(values)] as const;
  });
  const known = fc.record(Object.fromEntries(entries));
  const more =
    typeof additionalProperties === 'object'
      ? fc.dictionary(fc.string(), fromSchema(additionalProperties, options), { maxKeys: 3 })
      : fc.constant({});
  return fc
    .tuple(known, more)
    .map(([own, further]) =>
      Object.fromEntries(Object.entries({ ...further, ...own }).filter(([, value]) => value !== undefined)),
    );
}

/** Rarely there. */
function sparse(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 100 - OPTIONAL, arbitrary: fc.constant(undefined) },
    { weight: OPTIONAL, arbitrary: values },
  );
}
