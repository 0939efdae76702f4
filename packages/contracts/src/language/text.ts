import { z } from 'zod';
import { byteLength } from './limits.ts';

/** A character that a reader sees: no blank, and none that is drawn as nothing, as U+200B. */
const VISIBLE = /[^\s\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Returns the schema of a text that is passed to a program byte for byte; `bytes`: its maximum size in UTF-8. */
export function textOf(what: string, bytes: number) {
  return z
    .string('must be a string')
    .min(1, 'must not be empty')
    .refine((value) => value === '' || VISIBLE.test(value), 'must not be blank')
    .refine((value) => !value.includes('\0'), 'must not contain a NUL character')
    .refine(
      (value) => value.isWellFormed(),
      'must not contain half a surrogate pair: it has no bytes in UTF-8',
    )
    .refine((value) => byteLength(value) <= bytes, {
      error: (issue) =>
        `has ${String(byteLength(String(issue.input)))} bytes; at most ${String(bytes)} are allowed`,
    })
    .describe(what);
}
