import { extname, join } from 'node:path';

/** The path of the program that provides the proxy in a container. It needs only Node. */
export const FORWARD_PROGRAM = join(import.meta.dirname, '../inside', `main${extname(import.meta.filename)}`);
