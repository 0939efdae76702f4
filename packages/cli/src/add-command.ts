import type { Command } from 'commander';
import type { Context } from './context.ts';

/** Adds one command; its action reports by `end` how the process ends. */
export type AddCommand = (program: Command, context: Context, end: (exitCode: number) => void) => void;
