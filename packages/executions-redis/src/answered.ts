import { CcError } from '@cc-executor/contracts';

/** Replies that say that Redis is there but can't serve now: it starts up, is full, read-only, or can't write. */
const NOT_NOW = /(^|-)(LOADING|OOM|READONLY|MISCONF|MASTERDOWN|TRYAGAIN|BUSY)\b/;

/** Gives what Redis answers; throws STORE_UNAVAILABLE when it gives no answer, or can't serve now. */
export async function answered<T>(asked: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const replied = error instanceof Error && error.name === 'ReplyError';
    if (replied && !NOT_NOW.test(error.message)) throw error;
    const what = replied ? error.message : 'it does not answer';
    throw new CcError('STORE_UNAVAILABLE', `Redis can't serve: ${what}. Try again.`, {}, { cause: error });
  }
}
