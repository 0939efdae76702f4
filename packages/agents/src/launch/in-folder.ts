import { closeSync, constants, openSync, readlinkSync, realpathSync } from 'node:fs';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;

/**
 * Starts a process in a folder, given by its real path, and in no other: a task can replace its folder,
 * or one above it, with a link at any time. On Linux the folder is opened once, checked, and entered by its descriptor, which
 * nobody can redirect; on other systems it is only checked right before. Throws if it is not that folder.
 */
export function inFolder<T>(real: string, start: (folder: string) => T): T {
  if (process.platform !== 'linux') {
    if (realpathSync(real) !== real) throw replaced(real);
    return start(real);
  }
  const descriptor = openSync(real, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    const folder = `/proc/self/fd/${String(descriptor)}`;
    if (readlinkSync(folder) !== real) throw replaced(real);
    return start(folder);
  } finally {
    closeSync(descriptor);
  }
}

function replaced(real: string): Error {
  return new Error(`a link was put in the way to ${real}`);
}
