import { closeSync, constants, openSync, readlinkSync, realpathSync } from 'node:fs';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;

/**
 * Starts something in a folder, given by its real path, and in no other: a task can put a link in the place of its folder,
 * or of one around it, at any time. On Linux the folder is opened once, looked at, and entered by its descriptor, which
 * nobody can lead elsewhere; elsewhere it is only looked at right before. Throws where it is not that folder.
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
