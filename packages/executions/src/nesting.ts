import { CcError } from '@cc-executor/contracts';

/** Where a call comes from when a task makes it, and how much of that is allowed. */
export interface Nesting {
  /** The executions that the caller is a part of, outermost first; empty: it is no task. */
  lineage: readonly string[];
  /** How many executions may lie above a new one. */
  depth: number;
  /** How many may be started below one, in all. */
  executions: number;
}

/** Below which execution a new one counts; undefined for one that no task starts. Throws NESTING_LIMIT. */
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

/** The error for one more than may be below an execution. */
export function tooMany(nesting: Nesting | null): CcError {
  const root = nesting?.lineage[0] ?? 'it';
  const limit = String(nesting?.executions ?? 0);
  const message = `Tasks of ${root} have started ${limit} executions, and no more are allowed. CC_EXECUTOR_NESTED_EXECUTIONS sets it.`;
  return new CcError('NESTING_LIMIT', message);
}

/** Refuses, with OWN_LINEAGE, to stop an execution for a task that runs in it. */
export function refuseOwnLineage(lineage: readonly string[], executionId: string, verb: string): void {
  if (!lineage.includes(executionId)) return;
  const message = `Execution ${executionId} can not be ${verb} by one of its own tasks.`;
  throw new CcError('OWN_LINEAGE', message);
}

/** The error for a list whose folder is, or overlaps with, that of an execution whose task submits it. */
export function ownWorkspace(nesting: Nesting | null, workspace: string, executionId: string): CcError {
  const message = 'is the workspace of an execution whose task submits this list, or overlaps with it';
  const lineage = nesting?.lineage.join(', ') ?? '';
  return new CcError(
    'OWN_WORKSPACE',
    `The workspace "${workspace}" can't be used: execution ${executionId} works there, and one of its tasks submits this list (lineage: ${lineage}). Each would wait for the other.`,
    { errors: [{ path: 'workspace', message }] },
  );
}
