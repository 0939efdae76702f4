import { writeSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

// Runs one hook that is a module: node main.ts <file> <mark>, with the context as JSON on stdin. The answer
// follows the mark on stdout; the module's own output goes to stderr.
const [file = '', mark = ''] = process.argv.slice(2);
process.stdout.write = process.stderr.write.bind(process.stderr);
// Only the last characters of an error are reported: its message, and not its whole stack.
Error.stackTraceLimit = 2;
const context: unknown = JSON.parse(await text(process.stdin));
const { default: hook } = (await import(pathToFileURL(file).href)) as { default?: unknown };
if (typeof hook !== 'function') throw new TypeError(`${file} has no function as its default export.`);
const answer: unknown = await (hook as (context: unknown) => unknown)(context);
let rest = Buffer.from(`${mark}${JSON.stringify(answer ?? {}) ?? '"a function"'}`);
// A pipe accepts only what fits into its buffer.
while (rest.length > 0) {
  try {
    rest = rest.subarray(writeSync(1, rest));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
}
// Handles that the hook left open must not keep the process alive.
process.exit(0);
