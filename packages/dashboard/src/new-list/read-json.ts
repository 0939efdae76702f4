import {
  findNodeAtLocation,
  parse,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import type { ReadData } from './read-data.ts';
import { UNREADABLE } from '../texts/new-list.ts';

const STRICT = { disallowComments: true, allowTrailingComma: false };

/** Reads JSON, strictly. */
export function readJson(text: string): ReadData {
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length;
  try {
    const errors: ParseError[] = [];
    parse(text, errors, STRICT);
    const [first] = errors;
    if (first) {
      const what = printParseErrorCode(first.error).replace(
        /\B[A-Z]/g,
        (letter) => ` ${letter.toLowerCase()}`,
      );
      return {
        value: null,
        faults: [{ line: lineAt(first.offset), message: `${UNREADABLE.notJson} ${what}` }],
        lineOf: () => null,
      };
    }
    const tree = parseTree(text, [], STRICT);
    return { value: JSON.parse(text), faults: [], lineOf: (path) => lineAt(offsetOf(tree, path)) };
  } catch (error) {
    // Nested too deeply.
    return {
      value: null,
      faults: [{ line: null, message: `${UNREADABLE.notJson} ${(error as Error).message}` }],
      lineOf: () => null,
    };
  }
}

/** Where a value or its key begins, or the nearest one around it. */
function offsetOf(tree: Node | undefined, path: string): number {
  // A list alone is the list of tasks.
  const inText = tree?.type === 'array' ? path.replace(/^tasks/, '') : path;
  const keys = [...inText.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, name = '']) =>
    index === undefined ? name : Number(index),
  );
  for (let length = keys.length; length > 0; length -= 1) {
    const found = tree && findNodeAtLocation(tree, keys.slice(0, length));
    if (found) return found.parent?.type === 'property' ? found.parent.offset : found.offset;
  }
  return tree?.offset ?? 0;
}
