import { writeSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

// Runs one hook that is a module: node main.ts <file> <mark>, with the context as JSON on stdin. The answer is what
// stands after the mark, on stdout; what the module itself prints goes to stderr.
const [file = '', mark = ''] = process.argv.slice(2);
process.stdout.write = process.stderr.write.bind(process.stderr);
// Of what is thrown only the last characters are told: what it says, and not all places that it came by.
Error.stackTraceLimit = 2;
const context: unknown = JSON.parse(await text(process.stdin));
const { default: hook } = (await import(pathToFileURL(file).href)) as { default?: unknown };
if (typeof hook !== 'function') throw new TypeError(`${file} has no function as its default export.`);
const answer: unknown = await (hook as (context: unknown) => unknown)(context);
let rest = Buffer.from(`${mark}${JSON.stringify(answer ?? {}) ?? '"a function"'}`);
// A pipe takes what it has room for.
while (rest.length > 0) {
  try {
    rest = rest.subarray(writeSync(1, rest));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
}
// What it has left open is of no use to anybody.
process.exit(0);
