import { z } from 'zod';

export type Json = Record<string, unknown>;

/** Returns the schema of a value as JSON Schema (draft 7) in one piece: named parts are inlined. */
export function jsonSchema(type: z.ZodType, io: 'input' | 'output' = 'output'): Json {
  const whole = z.toJSONSchema(type, { io, unrepresentable: 'any', target: 'draft-7' });
  return inlined(whole, (whole['definitions'] ?? {}) as Json) as Json;
}

const NAMES = new Set(['$schema', '$id', 'id', 'definitions']);

function inlined(value: unknown, parts: Json): unknown {
  if (Array.isArray(value)) return value.map((item) => inlined(item, parts));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref, ...rest } = value as Json;
  const part = typeof $ref === 'string' ? (parts[$ref.replace('#/definitions/', '')] as Json) : {};
  const entries = Object.entries({ ...part, ...rest });
  // A property may have the name of a keyword, but its schema is an object.
  const kept = entries.filter(([key, own]) => !NAMES.has(key) || (key === 'id' && typeof own !== 'string'));
  return Object.fromEntries(kept.map(([key, own]) => [key, inlined(own, parts)]));
}
