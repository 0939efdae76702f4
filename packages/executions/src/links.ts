import type { TaskRecord } from './record.ts';

/** Returns the links of an execution, relative to the API. */
export function executionLinks(executionId: string): Record<string, string> {
  const self = `/executions/${executionId}`;
  return {
    self,
    status: `${self}/status`,
    results: `${self}/results`,
    verification: `${self}/verification`,
    report: `${self}/report`,
    events: `${self}/events`,
    cancel: `${self}/cancel`,
    pause: `${self}/pause`,
    resume: `${self}/resume`,
  };
}

/** Returns the links to the whole output of a task; `result`: for what is no command. */
export function taskLinks(
  executionId: string,
  task: number,
  kind: TaskRecord['kind'],
): Record<string, string> {
  const output = `/executions/${executionId}/tasks/${String(task)}/output`;
  const links = {
    stdout: `${output}?stream=stdout`,
    stderr: `${output}?stream=stderr`,
    receipt: `/executions/${executionId}/tasks/${String(task)}/receipt`,
  };
  return kind !== 'command' ? { ...links, result: `${output}?stream=result` } : links;
}

/** Returns the address of output that was trimmed from the log, with a placeholder for the task's number. */
export function taskOutputHint(executionId: string): string {
  return `/executions/${executionId}/tasks/{n}/output`;
}
