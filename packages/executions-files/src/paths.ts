import { attemptFolder, executionFolder } from '@cc-executor/evidence';
import type { OutputAddress } from '@cc-executor/executions';
import { join } from 'node:path';

/** The folder of everything that is kept of one execution. */
export function executionDirectory(dataDirectory: string, executionId: string): string {
  return join(dataDirectory, executionFolder(executionId));
}

/** The folder of what earlier executions with this id have left. */
export function setAsideDirectory(dataDirectory: string, executionId: string): string {
  return join(dataDirectory, 'set-aside', executionId);
}

/** The folder of everything that is kept of one attempt. Ids are checked at submission: none can lead elsewhere. */
export function attemptDirectory(dataDirectory: string, address: Omit<OutputAddress, 'stream'>): string {
  const { executionId, task, attempt } = address;
  return join(executionDirectory(dataDirectory, executionId), attemptFolder(task, attempt));
}

/** The file of one output of one attempt. */
export function outputPath(dataDirectory: string, address: OutputAddress): string {
  return join(attemptDirectory(dataDirectory, address), address.stream);
}
