/** How the folder of an execution is laid out; what is here is a promise to whoever verifies it later. */
export const LAYOUT = {
  manifest: 'manifest.json',
  signature: 'signature.json',
  response: 'response.json',
  /** Its log and record, compressed, once it has left Redis. */
  archive: 'archive.gz',
  /** Who vouches for the archive. */
  archiveSignature: 'archive.json',
} as const;

/** What is in the folder of keys. */
export const KEYS = { private: 'signing.pem', public: 'signing.pub.pem' } as const;

/** The folder of everything that is kept of an execution, below the data directory. */
export function executionFolder(executionId: string): string {
  return `executions/${executionId}`;
}

/** The folder of a task, below that of its execution. */
export function taskFolder(task: number): string {
  return `task-${String(task)}`;
}

/** The folder of an attempt, below that of its execution; both from 1. */
export function attemptFolder(task: number, attempt: number): string {
  return `${taskFolder(task)}/attempt-${String(attempt)}`;
}

/** A receipt's file: two workers that take each other for dead never write the same one. */
export function receiptName(generation: number): string {
  return `receipt-${String(generation)}.json`;
}

/** The receipts among the names in an attempt's folder; what the last owner says comes first. */
export function receiptsAmong(names: readonly string[]): string[] {
  const numbered = names.flatMap((name) => {
    const generation = /^receipt-([1-9]\d{0,14})\.json$/.exec(name)?.[1];
    return generation === undefined ? [] : [{ name, generation: Number(generation) }];
  });
  return numbered.toSorted((a, b) => b.generation - a.generation).map(({ name }) => name);
}
