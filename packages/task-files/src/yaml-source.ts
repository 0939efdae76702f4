import {
  Composer,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  Lexer,
  LineCounter,
  Parser,
  type CST,
  type Document,
  type ParsedNode,
} from 'yaml';
import type { Path, Source } from './source.ts';
import { MOST_LEVELS, tooDeepMessage } from './bounds.ts';
import { toData, YamlFault } from './yaml-data.ts';

/**
 * Reads YAML 1.2. A list alone is the list of tasks. `firstLine`: where the text begins in its file. Takes time in
 * proportion to the text, whatever it is: the library's own checks of keys and aliases take its square.
 */
export function readYaml(text: string, firstLine = 1): Source {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1) + firstLine - 1, column: Math.max(col, 1) };
  };
  const refused = (faults: Source['faults']): Source => ({ value: null, faults, locate: () => at(0) });
  const tokens = tokensOf(text, lines);
  if (typeof tokens === 'number') return refused([{ ...at(tokens), message: tooDeepMessage() }]);
  const [document, second] = composed(tokens, text.length);
  if (document === undefined) return refused([{ ...at(0), message: 'has no document' }]);
  // A value with an unknown tag would be taken as a text.
  const tags = document.warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED');
  const errors = [...document.errors, ...tags].map(({ pos, message }) => ({ ...at(pos[0]), message }));
  if (second !== undefined)
    errors.push({ ...at(second.range[0]), message: 'has a second document: write one file for each list' });
  if (errors.length > 0) return refused(errors);
  try {
    const value = toData(document.contents);
    const isList = Array.isArray(value);
    return {
      value: isList ? { tasks: value } : value,
      faults: [],
      locate: (path) => at(offsetOf(document, isList && path[0] === 'tasks' ? path.slice(1) : path)),
    };
  } catch (error) {
    if (!(error instanceof YamlFault)) throw error;
    return refused(error.faults.map(({ offset, message }) => ({ ...at(offset), message })));
  }
}

/**
 * Returns the tokens of a text; or, as an offset, where lists and maps are nested in more than MOST_LEVELS. The parser stops
 * there: it would overflow the stack at the end of many levels, and so would the composer.
 */
function tokensOf(text: string, lines: LineCounter): CST.Token[] | number {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // The first one is the document.
    const innermost = parser.stack[MOST_LEVELS + 1];
    if (innermost && 'items' in innermost) return innermost.offset;
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

/** Every fault is an Error, whose stack trace takes longer than all else: none of them has one. */
function composed(tokens: CST.Token[], end: number): Document.Parsed[] {
  // Not every browser has it.
  const errors = Error as unknown as { stackTraceLimit?: number | undefined };
  const { stackTraceLimit: limit } = errors;
  errors.stackTraceLimit = 0;
  try {
    return [...new Composer({ uniqueKeys: false, prettyErrors: false }).compose(tokens, true, end)];
  } finally {
    errors.stackTraceLimit = limit;
  }
}

/** Where a value begins; of a key that should not be there, where the key is. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: ParsedNode | null = document.contents;
  let offset = node?.range[0] ?? 0;
  for (const [index, key] of path.entries()) {
    if (!isCollection(node) || isAlias(node)) return offset;
    const item: unknown = isMap(node)
      ? node.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key))
      : node.items[Number(key)];
    const value: unknown = isPair(item) ? item.value : item;
    const isLast = index === path.length - 1;
    const place: unknown = isLast && isPair(item) ? item.key : value;
    if (!isNode(place) && !isNode(value)) return offset;
    offset = (isNode(place) ? place : (value as ParsedNode)).range?.[0] ?? offset;
    node = isNode(value) ? (value as ParsedNode) : null;
  }
  return offset;
}
