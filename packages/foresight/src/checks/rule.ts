/** A rule: what it found, in words for people; null for nothing. `earlier`: the texts of the list's earlier tasks. */
export type Rule = (text: string, earlier: readonly string[]) => string | null;
