import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import type { ReadData } from './read-data.ts';

/** Reads YAML 1.2. */
export function readYaml(text: string): ReadData {
  const lines = new LineCounter();
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const faults = document.errors.map(({ pos: [start], message }) => ({ line: lineAt(start), message }));
    return {
      value: faults.length > 0 ? null : document.toJS(),
      faults,
      lineOf: (path) => lineAt(offsetOf(document, path)),
    };
  } catch (error) {
    // Nested too deeply, or aliases of aliases.
    const { message } = error as Error;
    return { value: null, faults: [{ line: null, message }], lineOf: () => null };
  }
}

/** Where a value begins; of a key that should not be there, where the key is. */
function offsetOf({ contents }: Document.Parsed, path: string): number {
  let node: unknown = contents;
  let offset = contents?.range[0] ?? 0;
  // A list alone is the list of tasks.
  const keys = isSeq(node) ? path.replace(/^tasks/, '') : path;
  for (const [, index, name = ''] of keys.matchAll(/\[(\d+)\]|([^.[\]]+)/g)) {
    if (isSeq(node)) node = node.items[Number(index)];
    else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
      if (pair && isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair?.value;
    } else return offset;
    const { range } = (node ?? {}) as { range?: readonly number[] };
    // A value on the line of its key begins where the key does, for somebody who looks for it.
    if (index !== undefined) offset = range?.[0] ?? offset;
  }
  return offset;
}
