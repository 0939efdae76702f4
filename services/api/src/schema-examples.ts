import { SUBMISSION_EXAMPLES } from '@cc-executor/contracts';

type Schema = Record<string, unknown>;
type Schemas = Readonly<Record<string, Schema>>;

interface Document {
  components?: { schemas?: Record<string, unknown> };
  paths?: Record<string, unknown>;
}

interface Content {
  schema?: Schema;
  example?: unknown;
}

interface Operation {
  requestBody?: { content?: Record<string, Content> };
  responses?: Record<string, { content?: Record<string, Content> }>;
}

/** The execution of the examples: what the first one submits is what the `{id}` of the others names. */
export const EXAMPLE_ID = 'my-first';

/** The example values of properties by name; other examples come from the schema. */
const BY_NAME: Readonly<Record<string, unknown>> = {
  execution_id: EXAMPLE_ID,
  workspace: EXAMPLE_ID,
  title: 'Night of the parser',
  name: 'build',
  command: 'npm test',
  text: 'Write a test for slugify.mjs, and run it.',
  result: 'It is written, and its test passes.',
  progress: '1/2 tasks completed',
  model: 'claude-opus-5-5',
  agent_version: '2.1.332',
  detail: 'There is no execution with this id.',
  path: 'src/slugify.mjs',
};
const TIME = '2026-05-05T22:14:03.120Z';
const BY_FORMAT: Readonly<Record<string, string>> = {
  'date-time': TIME,
  uri: 'https://example.com/',
  uuid: '0b1f5a6e-3c1d-4f57-9f0e-2a6d1c7b8e90',
};
/** For the patterns of hashes: as many digits as they want. */
const HASH = /^\^(?:\(\?:)?\[0-9a-f\]\{(\d+)\}[$|]/;
/** Deeper than any view: what contains itself ends here. */
const MAX_DEPTH = 8;

/** Gives every schema, and every JSON answer, an example that fits it, unless it has some. Changes the document. */
export function addExamples<T extends Document>(document: T): T {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  for (const schema of Object.values(schemas)) schema['examples'] ??= [exampleOf(schema, schemas)];
  const operations = Object.values(document.paths ?? {}).flatMap((path) =>
    Object.values(path as Record<string, Operation>),
  );
  const submit = (document.paths?.['/execute'] as { post?: Operation } | undefined)?.post;
  for (const content of Object.values(submit?.requestBody?.content ?? {}))
    content.example = { execution_id: EXAMPLE_ID, ...SUBMISSION_EXAMPLES[0] };
  for (const { responses = {} } of operations)
    for (const { content = {} } of Object.values(responses))
      for (const [type, one] of Object.entries(content))
        if (/json\b/.test(type) && !type.includes('jsonl') && one.schema !== undefined)
          one.example ??= exampleOf(one.schema, schemas);
  return document;
}

/** Returns a value that fits a schema, with its first example where it has one. */
function exampleOf(schema: Schema, schemas: Schemas, name = '', depth = 0): unknown {
  const { $ref: ref, examples, anyOf, oneOf, allOf } = schema;
  if (Array.isArray(examples) && examples.length > 0) return examples[0] as unknown;
  if (depth > MAX_DEPTH) return null;
  const within = (part: Schema) => exampleOf(part, schemas, name, depth + 1);
  if (typeof ref === 'string') return within(schemas[ref.split('/').at(-1) ?? ''] ?? {});
  if ('const' in schema) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0] as unknown;
  const choices = (anyOf ?? oneOf) as Schema[] | undefined;
  if (choices !== undefined) return within(choices.find(({ type }) => type !== 'null') ?? choices[0] ?? {});
  if (Array.isArray(allOf))
    return Object.assign({}, ...(allOf as Schema[]).map((part) => within(part) as object)) as unknown;
  return ofType(schema, schemas, name, depth);
}

function ofType(schema: Schema, schemas: Schemas, name: string, depth: number): unknown {
  const [type] = [schema['type']].flat();
  switch (type) {
    case 'object': {
      const { properties = {}, required = [] } = schema as {
        properties?: Record<string, Schema>;
        required?: readonly string[];
      };
      const parts = required.flatMap((key) => {
        const part = properties[key];
        return part === undefined ? [] : [[key, exampleOf(part, schemas, key, depth + 1)]];
      });
      return Object.fromEntries(parts) as unknown;
    }
    case 'array':
      return depth === MAX_DEPTH
        ? []
        : [exampleOf((schema['items'] ?? {}) as Schema, schemas, name, depth + 1)];
    case 'string':
      return textOf(schema, name);
    case 'integer':
    case 'number':
      return Math.max(1, Number(schema['minimum'] ?? schema['exclusiveMinimum'] ?? 1));
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return {};
  }
}

function textOf({ format, pattern }: Schema, name: string): string {
  if (typeof format === 'string' && BY_FORMAT[format] !== undefined) return BY_FORMAT[format];
  const digits = typeof pattern === 'string' ? HASH.exec(pattern)?.[1] : undefined;
  if (digits !== undefined) return '5d41402a'.repeat(8).slice(0, Number(digits));
  const named = BY_NAME[name];
  if (typeof named === 'string') return named;
  return name.endsWith('_at') || name === 'at' || name === 'until' ? TIME : 'text';
}
