import { UUID_FIELD } from '@cc-executor/contracts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** Keywords that restrict the number or names of all fields of an object, or the object as a whole. */
const CLOSING = ['maxProperties', 'propertyNames', 'patternProperties', 'enum', 'const', 'not', 'if'];

/** Returns whether the schema itself has the field for the answer's UUID. */
export function namesUuid({ properties }: JsonSchema): boolean {
  return typeof properties === 'object' && properties !== null && UUID_FIELD in properties;
}

/** Returns the schema with that field as its last one; null if the field could change the meaning of the schema. */
export function withUuidField(schema: JsonSchema): JsonSchema | null {
  if (namesUuid(schema)) return schema;
  if (CLOSING.some((key) => key in schema)) return null;
  const field = { type: 'string', description: 'The UUID that you were given, as the last field.' };
  const properties = { ...(schema['properties'] as object | undefined), [UUID_FIELD]: field };
  return { ...schema, properties };
}
