import * as contracts from '@cc-executor/contracts';
import { z } from 'zod';

// Checks that every field of every schema says what it is: editors, the reference and /docs show it.

const seen = new Set<unknown>();
const without: string[] = [];
let fields = 0;
for (const [name, value] of Object.entries<unknown>(contracts)) lookInto(value, name);
if (without.length > 0) {
  for (const path of without) console.error(`${path} has no description: add .describe('…')`);
  process.exitCode = 1;
} else console.log(`descriptions: ${String(fields)} fields have one`);

function lookInto(value: unknown, path: string): void {
  if (!(value instanceof z.ZodType) || seen.has(value)) return;
  seen.add(value);
  if (value instanceof z.ZodObject)
    for (const [name, field] of Object.entries(value.shape)) {
      fields += 1;
      if (!isDescribed(field)) without.push(`${path}.${name}`);
      lookInto(field, `${path}.${name}`);
    }
  else for (const part of partsOf(value)) lookInto(part, path);
}

/** Returns what a schema is made of, without the fields of an object. */
function partsOf(value: z.ZodType): readonly unknown[] {
  if (value instanceof z.ZodArray) return [value.element];
  if (value instanceof z.ZodRecord) return [value.valueType];
  if (value instanceof z.ZodUnion) return value.options;
  if (value instanceof z.ZodIntersection) return [value.def.left, value.def.right];
  if (value instanceof z.ZodPipe) return [value.in, value.out];
  return 'innerType' in value.def ? [value.def.innerType] : [];
}

/** A field is described itself, or by what it wraps. */
function isDescribed(value: unknown): boolean {
  if (!(value instanceof z.ZodType)) return false;
  if (value.description !== undefined) return true;
  if (value instanceof z.ZodPipe) return isDescribed(value.in);
  return 'innerType' in value.def && isDescribed(value.def.innerType);
}
