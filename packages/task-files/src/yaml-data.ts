import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';
import { MOST_LEVELS, tooDeepMessage } from './bounds.ts';

/** The errors of a document's content, each with its offset in the text. */
export class YamlFault extends Error {
  readonly faults: readonly { offset: number; message: string }[];

  constructor(faults: YamlFault['faults']) {
    super(faults[0]?.message);
    this.faults = faults;
  }
}

/** Values in all, with what aliases stand for: far more than the server takes. */
const MOST_VALUES = 1_000_000;
const MOST_FAULTS = 100;

/** A value, how many values it has in it, and in how many levels. */
interface Made {
  value: unknown;
  size: number;
  levels: number;
}

/**
 * Returns the data of a document's contents, whose nesting is bounded. Throws YamlFault for keys that come twice, aliases
 * of nothing, and aliases that stand for too much.
 */
export function toData(contents: unknown): unknown {
  return new Data().of(contents);
}

class Data {
  readonly #anchors = new Map<string, Made>();
  readonly #faults: { offset: number; message: string }[] = [];
  #total = 0;

  of(contents: unknown): unknown {
    const { value } = this.#make(contents);
    if (this.#faults.length > 0) throw new YamlFault(this.#faults);
    return value;
  }

  #make(node: unknown): Made {
    const made = this.#ofKind(node);
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, made);
    return made;
  }

  #ofKind(node: unknown): Made {
    if (isAlias(node)) return this.#aliased(node.source, node.range?.[0] ?? 0);
    this.#count(1, node);
    if (isSeq(node)) return this.#gather(node, []);
    if (isMap(node)) return this.#gather(node, {});
    return { value: isScalar(node) ? node.value : null, size: 1, levels: 0 };
  }

  #gather(node: { items: unknown[]; range?: unknown }, value: unknown[] | Record<string, unknown>): Made {
    let [size, levels] = [1, 0];
    for (const item of node.items) {
      const made = this.#make(isPair(item) ? item.value : item);
      size += made.size;
      levels = Math.max(levels, made.levels);
      if (Array.isArray(value)) value.push(made.value);
      else if (isPair(item)) this.#set(value, item.key, made.value);
    }
    if (levels >= MOST_LEVELS) this.#refuse(node, tooDeepMessage());
    return { value, size, levels: levels + 1 };
  }

  #set(map: Record<string, unknown>, keyNode: unknown, value: unknown): void {
    const { value: made } = this.#make(keyNode);
    const key = keyOf(made);
    if (Object.hasOwn(map, key))
      this.#tell(keyNode, `Map keys must be unique: ${JSON.stringify(key.slice(0, 100))} comes twice`);
    // The one key that an assignment takes for something else.
    else if (key === '__proto__')
      Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
    else map[key] = value;
  }

  #aliased(name: string, offset: number): Made {
    const made = this.#anchors.get(name);
    const place = { range: [offset] };
    if (made !== undefined) this.#count(made.size, place);
    else this.#tell(place, `*${name} is undefined: there is no &${name} before it`);
    return made ?? { value: null, size: 1, levels: 0 };
  }

  #count(size: number, node: unknown): void {
    this.#total += size;
    if (this.#total > MOST_VALUES)
      this.#refuse(node, `has more than ${String(MOST_VALUES)} values in it, with what aliases stand for`);
  }

  #tell(node: unknown, message: string): void {
    this.#faults.push({ offset: offsetOf(node), message });
    if (this.#faults.length >= MOST_FAULTS) throw new YamlFault(this.#faults);
  }

  #refuse(node: unknown, message: string): never {
    throw new YamlFault([...this.#faults, { offset: offsetOf(node), message }]);
  }
}

/** A key as text: JSON has no others. */
function keyOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}

function offsetOf(node: unknown): number {
  const { range } = (node ?? {}) as { range?: [number, ...number[]] | null };
  return range?.[0] ?? 0;
}
