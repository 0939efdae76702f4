// Helpers for code that works with the names of a walk, and shares its pace.
export { Pace } from './pace.ts';
export { bytesOf, nameKey, shownPath } from './path-key.ts';
