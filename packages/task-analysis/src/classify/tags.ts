import { CATEGORIES, COMPLEXITIES, type Category, type Complexity } from '@cc-executor/contracts';

const TAG = /\[(category|complexity):\s*([a-z_]+)\s*\]/gi;

export interface Tags {
  category: Category | null;
  complexity: Complexity | null;
  /** Tags with two different values, or an unknown one: none of that name counts. */
  faults: string[];
}

/** Reads the tags of a text: `[category:code][complexity:high]`. */
export function tagsOf(text: string): Tags {
  const given: Record<'category' | 'complexity', Set<string>> = {
    category: new Set(),
    complexity: new Set(),
  };
  for (const [, name, value] of text.matchAll(TAG))
    given[name?.toLowerCase() === 'category' ? 'category' : 'complexity'].add(value?.toLowerCase() ?? '');
  const faults: string[] = [];
  const only = <T extends string>(name: 'category' | 'complexity', table: Record<T, unknown>): T | null => {
    const values = [...given[name]];
    const [first] = values;
    if (first === undefined) return null;
    if (values.length > 1) faults.push(`${name} is ${values.join(' and ')}`);
    else if (!Object.hasOwn(table, first)) faults.push(`there is no ${name} "${first}"`);
    else return first as T;
    return null;
  };
  return { category: only('category', CATEGORIES), complexity: only('complexity', COMPLEXITIES), faults };
}

/** Returns the text without its tags. */
export function withoutTags(text: string): string {
  return text.replace(TAG, ' ');
}
