import { delay, say, useTool, type Script } from '@cc-executor/scripted-model';

const SLUGIFY = `export function slugify(title) {
  return title.toLowerCase().replaceAll(' ', '-');
}
`;

const TEST = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slugify } from './slugify.mjs';

test('words are joined by dashes', () => assert.equal(slugify('Hello World'), 'hello-world'));
`;

const IMPROVED = `/** A title as a part of an address: words of letters and digits, joined by single dashes. */
export function slugify(title) {
  return (title.toLowerCase().match(/[\\p{L}\\p{N}]+/gu) ?? []).join('-');
}
`;

/** A pause as a model has one, so that a person can follow the stream. Milliseconds. */
const THINKING = 700;
const write = (file: string, content: string) =>
  useTool('Bash', { command: `cat > ${file} <<'EOF'\n${content}EOF` });

/** What the model says to each of the demo's tasks; the tools that it uses are real. */
const script: Script = [
  {
    marker: 'Write slugify.mjs',
    turns: [
      delay(THINKING, write('slugify.mjs', SLUGIFY)),
      delay(THINKING, say('slugify.mjs has a function that makes a title into a part of an address.')),
    ],
  },
  {
    marker: 'Test slugify.mjs',
    turns: [
      delay(THINKING, write('slugify.test.mjs', TEST)),
      delay(THINKING, useTool('Bash', { command: 'node --test slugify.test.mjs' })),
      delay(THINKING, say('I wrote a test for slugify.mjs and ran it: it passes.')),
    ],
  },
  {
    marker: 'Improve slugify.mjs',
    turns: [
      delay(THINKING, useTool('Bash', { command: 'cat slugify.mjs' })),
      delay(THINKING, write('slugify.mjs', IMPROVED)),
      delay(THINKING, useTool('Bash', { command: 'node --test slugify.test.mjs' })),
      delay(THINKING, say('Punctuation is left out now, and the test still passes.')),
    ],
  },
];
export default script;
