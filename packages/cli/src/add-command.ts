import type { Command } from 'commander';
import type { Context } from './context.ts';

/** Adds one command; what its action learns about how to end, it tells by `end`. */
export type AddCommand = (program: Command, context: Context, end: (exitCode: number) => void) => void;
