import { UUID_FIELD } from '@cc-executor/contracts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** What says of all fields of an object how many there are or what they are called, or of the whole what it is. */
const CLOSING = ['maxProperties', 'propertyNames', 'patternProperties', 'enum', 'const', 'not', 'if'];

/** Whether the schema itself has the field that holds the answer's UUID. */
export function namesUuid({ properties }: JsonSchema): boolean {
  return typeof properties === 'object' && properties !== null && UUID_FIELD in properties;
}

/** The schema with that field as its last one; null where that might not be the same schema otherwise. */
export function withUuidField(schema: JsonSchema): JsonSchema | null {
  if (namesUuid(schema)) return schema;
  if (CLOSING.some((key) => key in schema)) return null;
  const field = { type: 'string', description: 'The UUID that you were told, as the last field.' };
  const properties = { ...(schema['properties'] as object | undefined), [UUID_FIELD]: field };
  return { ...schema, properties };
}
