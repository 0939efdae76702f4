/** The errors of a machine that has no room for more: of its disk, or of open files. */
const CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE']);
/** The same in the words of git and of SQLite. */
const WORDS = /no space left on device|disk quota exceeded|too many open files|disk is full/i;

/** Returns the message of an error, or of one that led to it, that says that the machine has no room now; null: none does. */
export function noRoomIn(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const { code } = error as NodeJS.ErrnoException;
  return CODES.has(code) || WORDS.test(error.message) ? error.message : noRoomIn(error.cause);
}
