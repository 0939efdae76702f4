/** The header by which a task's process says which executions it is a part of, outermost first, comma-separated. */
export const LINEAGE_HEADER = 'cc-executor-lineage';
/** The variable from which it knows them. */
export const LINEAGE_VARIABLE = 'CC_EXECUTOR_LINEAGE';

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** A client that puts no variables into headers sends the reference itself: it has none of them. */
const UNRESOLVED = /^\$\{/;

/** The executions that a header or a variable names; none for none; null when it is no such list. */
export function parseLineage(text: string | undefined): string[] | null {
  if (text === undefined || text.trim() === '' || UNRESOLVED.test(text)) return [];
  const ids = text.split(',').map((id) => id.trim());
  return ids.every((id) => ID.test(id)) ? ids : null;
}
