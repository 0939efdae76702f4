/** An answer may not be nested deeper; a stack holds far more. */
export const MOST_LEVELS = 1000;
export const TOO_DEEP = `The answer is nested more than ${String(MOST_LEVELS)} levels deep.`;
