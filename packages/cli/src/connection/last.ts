/** What people call the execution that was submitted last. */
export const LAST = 'last';
