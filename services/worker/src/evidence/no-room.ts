/** The errors of a machine that has no room for more: of its disk, or of open files. */
const CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE']);
/** The same in the words of git. */
const WORDS = /no space left on device|disk quota exceeded|too many open files/i;

/** Returns whether an error, or one that led to it, says that the machine has no room now. */
export function hasNoRoom(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  return CODES.has(code) || WORDS.test(error.message) || hasNoRoom(error.cause);
}
