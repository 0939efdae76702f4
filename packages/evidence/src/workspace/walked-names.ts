// What others need who work with the names that a walk has found, and take turns with it.
export { Pace } from './pace.ts';
export { bytesOf, nameKey, shownPath } from './path-key.ts';
