/** The header in which a task's process names the executions that it belongs to, outermost first, comma-separated. */
export const LINEAGE_HEADER = 'cc-executor-lineage';
/** The variable with these executions. */
export const LINEAGE_VARIABLE = 'CC_EXECUTOR_LINEAGE';

const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** A client that does not expand variables in headers sends the reference itself, which counts as none. */
const UNRESOLVED = /^\$\{/;

/** Returns the executions in a header or a variable; null if it is not such a list. */
export function parseLineage(text: string | undefined): string[] | null {
  if (text === undefined || text.trim() === '' || UNRESOLVED.test(text)) return [];
  const ids = text.split(',').map((id) => id.trim());
  return ids.every((id) => ID.test(id)) ? ids : null;
}
