/** A rule: returns its finding as a sentence, or null. `earlier`: the texts of the list's earlier tasks. */
export type Rule = (text: string, earlier: readonly string[]) => string | null;
