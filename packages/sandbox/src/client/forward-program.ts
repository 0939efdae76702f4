import { extname, join } from 'node:path';

/** The path of the program that gives a container a proxy of its own; it needs nothing beside it but Node. */
export const FORWARD_PROGRAM = join(import.meta.dirname, '../inside', `main${extname(import.meta.filename)}`);
