import { extname, join } from 'node:path';

/** The path of the program that gives a container its own proxy; it needs nothing beside it but Node. */
export const FORWARD_PROGRAM = join(import.meta.dirname, '../inside', `main${extname(import.meta.filename)}`);
