import type { CST } from 'yaml';

interface Nested {
  items: readonly { key?: CST.Token | null; value?: CST.Token }[];
}

/** Where lists and maps are first nested in more than so many levels; null: nowhere. It does not go deep itself. */
export function tooDeepAt(tokens: readonly CST.Token[], levels: number): number | null {
  const open: { token: CST.Token; level: number }[] = [];
  for (const token of tokens)
    if (token.type === 'document' && token.value) open.push({ token: token.value, level: 1 });
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, level } = next;
    if (!('items' in token)) continue;
    if (level > levels) return token.offset;
    for (const { key, value } of (token as Nested).items) {
      if (key) open.push({ token: key, level: level + 1 });
      if (value) open.push({ token: value, level: level + 1 });
    }
  }
  return null;
}
