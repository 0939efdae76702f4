import type { Second } from './second.ts';

export const first: Second = 1;
