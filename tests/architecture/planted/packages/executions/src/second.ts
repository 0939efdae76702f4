import { first } from './first.ts';

export type Second = number;
export const second: Second = first;
