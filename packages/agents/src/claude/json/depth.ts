/** What is nested deeper is no answer; far less than a stack holds. */
export const MOST_LEVELS = 1000;
export const TOO_DEEP = `The answer is nested more than ${String(MOST_LEVELS)} levels deep.`;
