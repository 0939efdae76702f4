import { attemptFolder, executionFolder } from '@cc-executor/evidence';
import type { OutputAddress } from '@cc-executor/executions';
import { join } from 'node:path';

/** Returns the folder with all files of one execution. */
export function executionDirectory(dataDirectory: string, executionId: string): string {
  return join(dataDirectory, executionFolder(executionId));
}

/** Returns the folder of what earlier executions with this id left. */
export function setAsideDirectory(dataDirectory: string, executionId: string): string {
  return join(dataDirectory, 'set-aside', executionId);
}

/** Returns the folder with all files of one attempt. Ids are checked at submission: none can leave the folder. */
export function attemptDirectory(dataDirectory: string, address: Omit<OutputAddress, 'stream'>): string {
  const { executionId, task, attempt } = address;
  return join(executionDirectory(dataDirectory, executionId), attemptFolder(task, attempt));
}

/** Returns the path of one output of one attempt. */
export function outputPath(dataDirectory: string, address: OutputAddress): string {
  return join(attemptDirectory(dataDirectory, address), address.stream);
}
