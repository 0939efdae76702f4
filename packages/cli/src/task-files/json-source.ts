import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import type { Source } from './source.ts';
import { readYaml } from './yaml-source.ts';

/** Reads JSON, strictly; where its values are is found as in YAML, whose part it is. */
export function readJson(text: string): Source {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  const source = readYaml(text);
  const [first] = errors;
  if (first === undefined) return source;
  const before = text.slice(0, first.offset).split('\n');
  const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  const what = printParseErrorCode(first.error).replace(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return { ...source, faults: [{ ...place, message: `not JSON: ${what}` }] };
}
