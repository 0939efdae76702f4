/** The layout of an execution's folder; it is a promise to everyone who verifies it later. */
export const LAYOUT = {
  manifest: 'manifest.json',
  signature: 'signature.json',
  response: 'response.json',
  /** Its compressed log and record, after it has left Redis. */
  archive: 'archive.gz',
  /** The signature of the archive. */
  archiveSignature: 'archive.json',
} as const;

/** The files in the folder of keys. */
export const KEYS = { private: 'signing.pem', public: 'signing.pub.pem' } as const;

/** Returns the folder with all files of an execution, below the data directory. */
export function executionFolder(executionId: string): string {
  return `executions/${executionId}`;
}

/** Returns the folder of a task, below that of its execution. */
export function taskFolder(task: number): string {
  return `task-${String(task)}`;
}

/** The number of the attempt that another execution has made, and this one has taken over. */
export const CARRIED = 0;

/** Returns the folder of an attempt, below that of its execution; both numbers from 1, or the attempt `CARRIED`. */
export function attemptFolder(task: number, attempt: number): string {
  return `${taskFolder(task)}/attempt-${String(attempt)}`;
}

/** Returns the name of a receipt's file: two workers that consider each other dead never write the same one. */
export function receiptName(generation: number): string {
  return `receipt-${String(generation)}.json`;
}

/** Returns the name of a receipt's page for people. */
export function receiptPageName(generation: number): string {
  return pageOfReceipt(receiptName(generation));
}

/** Returns the same by the name of the receipt's file. */
export function pageOfReceipt(name: string): string {
  return name.replace(/json$/, 'md');
}

/** Returns the receipts among the names in an attempt's folder; the last owner's comes first. */
export function receiptsAmong(names: readonly string[]): string[] {
  const numbered = names.flatMap((name) => {
    const generation = /^receipt-([1-9]\d{0,14})\.json$/.exec(name)?.[1];
    return generation === undefined ? [] : [{ name, generation: Number(generation) }];
  });
  return numbered.toSorted((a, b) => b.generation - a.generation).map(({ name }) => name);
}
