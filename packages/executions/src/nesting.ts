import { CcError } from '@cc-executor/contracts';

/** The origin of a call that a task makes, and its limits. */
export interface Nesting {
  /** The executions that the caller belongs to, outermost first; empty: the caller is not a task. */
  lineage: readonly string[];
  /** The largest nesting depth of a new execution. */
  depth: number;
  /** The largest number of executions below one. */
  executions: number;
}

/** Returns the execution below which a new one counts; undefined if no task starts it. Throws NESTING_LIMIT. */
export function familyOf(nesting: Nesting | null): { root: string; limit: number } | undefined {
  const root = nesting?.lineage[0];
  if (nesting === null || root === undefined) return undefined;
  const { lineage, depth, executions } = nesting;
  if (lineage.length > depth)
    throw new CcError(
      'NESTING_LIMIT',
      `This would be execution ${String(lineage.length)} below ${root}; at most ${String(depth)} may be. CC_EXECUTOR_NESTING_DEPTH sets it.`,
    );
  return { root, limit: executions };
}

/** Returns the error for too many executions below one. */
export function tooMany(nesting: Nesting | null): CcError {
  const root = nesting?.lineage[0] ?? 'it';
  const limit = String(nesting?.executions ?? 0);
  const message = `Tasks of ${root} have started ${limit} executions, and no more are allowed. CC_EXECUTOR_NESTED_EXECUTIONS sets it.`;
  return new CcError('NESTING_LIMIT', message);
}

/** Throws OWN_LINEAGE if a task tries to stop an execution that it runs in. */
export function refuseOwnLineage(lineage: readonly string[], executionId: string, verb: string): void {
  if (!lineage.includes(executionId)) return;
  const message = `Execution ${executionId} cannot be ${verb} by one of its own tasks.`;
  throw new CcError('OWN_LINEAGE', message);
}

/** Returns the error for a list whose folder overlaps with that of an execution whose task submits it. */
export function ownWorkspace(nesting: Nesting | null, workspace: string, executionId: string): CcError {
  const message = 'is the workspace of an execution whose task submits this list, or overlaps with it';
  const lineage = nesting?.lineage.join(', ') ?? '';
  return new CcError(
    'OWN_WORKSPACE',
    `The workspace "${workspace}" can't be used: execution ${executionId} works there, and one of its tasks submits this list (lineage: ${lineage}). Each would wait for the other.`,
    { errors: [{ path: 'workspace', message }] },
  );
}
