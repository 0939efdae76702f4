import { isCollection, isNode, isPair, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { Path, Source } from './source.ts';

/** Reads YAML 1.2, and so also JSON. A list alone is the list of tasks. `firstLine`: where the text begins in its file. */
export function readYaml(text: string, firstLine = 1): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1) + firstLine - 1, column: Math.max(col, 1) };
  };
  const faults = [
    ...document.errors.map((error) => ({ ...at(error.pos[0]), message: error.message })),
    ...lostAliases(document).map(({ offset, name }) => ({
      ...at(offset),
      message: `*${name} stands for nothing: there is no &${name} before it`,
    })),
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

function lostAliases(document: Document): { offset: number; name: string }[] {
  const lost: { offset: number; name: string }[] = [];
  visit(document, {
    Alias: (_, alias) => {
      const isLost = alias.resolve(document) === undefined;
      if (isLost) lost.push({ offset: alias.range?.[0] ?? 0, name: alias.source });
    },
  });
  return lost;
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
