import {
  isCollection,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
} from 'yaml';
import { isOverflow, TOO_DEEP, type Path, type Source } from './source.ts';

/** The library looks through all anchors for each. */
const MOST_ALIASES = 1000;

/** Reads YAML 1.2, and so also JSON. A list alone is the list of tasks. `firstLine`: where the text begins in its file. */
export function readYaml(text: string, firstLine = 1): Source {
  const lines = new LineCounter();
  // The library compares each key with all before it.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'error',
  });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1) + firstLine - 1, column: Math.max(col, 1) };
  };
  const faults = [
    ...readable(document.errors).map(({ pos: [offset], message }) => ({ ...at(offset), message })),
    ...namesIn(document).map(({ offset, message }) => ({ ...at(offset), message })),
  ];
  if (faults.length > 0) return { value: null, faults, locate: () => at(0) };
  const data = toData(document);
  if (typeof data === 'string')
    return { value: null, faults: [{ ...at(0), message: data }], locate: () => at(0) };
  const isList = Array.isArray(data.value);
  return {
    value: isList ? { tasks: data.value } : data.value,
    faults: [],
    locate: (path) => at(offsetOf(document, isList && path[0] === 'tasks' ? path.slice(1) : path)),
  };
}

/** A document that is nested too deeply for the library makes it fail in many ways, all of them for one reason. */
function readable(errors: Document['errors']): { pos: [number, number]; message: string }[] {
  const overflow = errors.find(isOverflow);
  return overflow === undefined ? errors : [{ pos: overflow.pos, message: TOO_DEEP }];
}

/** What is wrong with the names in a document: keys that come twice, aliases of nothing, and too many of those. */
function namesIn(document: Document): { offset: number; message: string }[] {
  const found: { offset: number; message: string }[] = [];
  const anchors = new Set<string>();
  let aliases = 0;
  visit(document, {
    Node: (_, node) => {
      if ('anchor' in node && typeof node.anchor === 'string') anchors.add(node.anchor);
    },
    Map: (_, map) => {
      if (map.anchor !== undefined) anchors.add(map.anchor);
      const keys = new Set<unknown>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? key.value : key;
        if (keys.has(name)) found.push({ offset: offsetIn(key), message: 'Map keys must be unique' });
        keys.add(name);
      }
    },
    Alias: (_, alias) => {
      aliases += 1;
      const [offset, name] = [offsetIn(alias), alias.source];
      if (aliases > MOST_ALIASES)
        found.push({ offset, message: `has more than ${String(MOST_ALIASES)} aliases` });
      else if (!anchors.has(name))
        found.push({ offset, message: `*${name} stands for nothing: there is no &${name} before it` });
      return aliases > MOST_ALIASES ? visit.BREAK : undefined;
    },
  });
  return found;
}

function offsetIn(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

/** The data; a sentence when an alias stands for too much. */
function toData(document: Document): { value: unknown } | string {
  try {
    return { value: document.toJS() as unknown };
  } catch (error) {
    return (error as Error).message;
  }
}

/** Where a value begins; of a key that should not be there, where the key is. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const parent = length === 0 ? null : document.getIn(path.slice(0, length - 1), true);
    const pair = isCollection(parent)
      ? parent.items.find((item) => isPair(item) && String(item.key) === String(path[length - 1]))
      : undefined;
    if (isPair(pair) && isNode(pair.key)) return pair.key.range?.[0] ?? 0;
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return 0;
}
