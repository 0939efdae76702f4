import { findNodeAtLocation, parseTree, printParseErrorCode, visit, type Node } from 'jsonc-parser';
import { MOST_LEVELS, tooDeepMessage } from './bounds.ts';
import { placesIn } from './places.ts';
import type { Path, Source } from './source.ts';

const STRICT = { disallowComments: true, allowTrailingComma: false };

/** Reads JSON, strictly, in time in proportion to the text. A list alone is the list of tasks. */
export function readJson(text: string): Source {
  const at = placesIn(text);
  const refused = (offset: number, message: string): Source => ({
    value: null,
    faults: [{ ...at(offset), message }],
    locate: () => at(0),
  });
  const fault = tooDeepAt(text) ?? firstFault(text);
  if (fault !== null) return refused(fault.offset, fault.message);
  const value = JSON.parse(text) as unknown;
  const isList = Array.isArray(value);
  const tree = parseTree(text, [], STRICT);
  return {
    value: isList ? { tasks: value } : value,
    faults: [],
    locate: (path) => at(offsetOf(tree, isList && path[0] === 'tasks' ? path.slice(1) : path)),
  };
}

/** The first error of the text. Its parser would continue, and report an error for each character. */
function firstFault(text: string): { offset: number; message: string } | null {
  let fault: { offset: number; message: string } | null = null;
  const keys: Set<string>[] = [];
  const tell = (offset: number, message: string) => {
    fault ??= { offset, message };
    throw new Stop();
  };
  try {
    visit(
      text,
      {
        onError: (error, offset) => {
          const what = printParseErrorCode(error).replace(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
          tell(offset, `not JSON: ${what}`);
        },
        onObjectBegin: () => {
          keys.push(new Set());
        },
        onObjectEnd: () => {
          keys.pop();
        },
        onObjectProperty: (key, offset) => {
          if (keys.at(-1)?.has(key) === true)
            tell(offset, `Map keys must be unique: ${JSON.stringify(key.slice(0, 100))} comes twice`);
          keys.at(-1)?.add(key);
        },
      },
      STRICT,
    );
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  return fault;
}

class Stop extends Error {}

/** Where brackets are first nested too deep for a parser's stack; null: nowhere. */
function tooDeepAt(text: string): { offset: number; message: string } | null {
  let level = 0;
  let inText = false;
  for (let offset = 0; offset < text.length; offset += 1) {
    const sign = text[offset];
    if (sign === '"') inText = !inText;
    else if (inText && sign === '\\') offset += 1;
    else if (!inText && (sign === '[' || sign === '{')) {
      level += 1;
      if (level > MOST_LEVELS) return { offset, message: tooDeepMessage() };
    } else if (!inText && (sign === ']' || sign === '}')) level -= 1;
  }
  return null;
}

/** Where a value begins, or the nearest one around it; of a key that should not be there, where the key is. */
function offsetOf(tree: Node | undefined, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const found = tree && findNodeAtLocation(tree, path.slice(0, length));
    if (found) return found.parent?.type === 'property' ? found.parent.offset : found.offset;
  }
  return tree?.offset ?? 0;
}
