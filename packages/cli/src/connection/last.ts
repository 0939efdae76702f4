/** The name of the execution that was submitted last. */
export const LAST = 'last';
