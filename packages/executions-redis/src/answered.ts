import { CcError } from '@cc-executor/contracts';

/** Replies of a Redis that runs but cannot serve now: it is loading, full, read-only, or cannot write. */
const NOT_NOW = /(^|-)(LOADING|OOM|READONLY|MISCONF|MASTERDOWN|TRYAGAIN|BUSY)\b/;

/** Returns the reply of Redis. Throws STORE_UNAVAILABLE if there is none, or if Redis cannot serve now. */
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
