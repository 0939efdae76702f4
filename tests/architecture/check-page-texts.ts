import { parseSync, Visitor } from 'oxc-parser';
import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

// Checks that what the page says is in `texts.ts` and `texts/` of the dashboard, and nowhere else.
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PLANTED = fileURLToPath(new URL('planted/', import.meta.url));
const FILES = 'packages/dashboard/src/**/*.{ts,tsx}';
/** `words.ts` writes numbers, sizes and times; examples and fields of a list are data. */
const TEXTS =
  /^packages\/dashboard\/src\/(?:texts\.ts|texts\/[^/]+|words\.ts|new-list\/(?:examples|list-fields)\.ts)$/;

/** Attributes whose words somebody reads or hears. */
const SPOKEN = /^(?:aria-label|alt|done|label|no|placeholder|text|title|yes)$/;
const WORD = /[a-z]{2}/i;
/** A literal that is not an attribute: a sentence, or the beginning or the end of one. */
const SENTENCE = /^[A-Z][a-z]+(?: |[.…]|$)|[a-z]{2} [a-z]{2,}|[a-z] [a-z]+\.$|^,? ?[a-z]+ $/;
/** What a browser calls keys. */
const KEYS = /^(?:Home|End|Enter|Escape|Tab)$/;

/** Returns the texts in the files of the page below a folder, by file. */
async function textsIn(root: string): Promise<Map<string, string[]>> {
  const texts = new Map<string, string[]>();
  for await (const file of glob(FILES, { cwd: root })) {
    if (TEXTS.test(file)) continue;
    const found: string[] = [];
    // Where attributes are that nobody reads, and what of others was looked at.
    const passed: { start: number; end: number }[] = [];
    const look = (parts: readonly unknown[], is: RegExp) => {
      for (const part of parts)
        if (typeof part === 'string' && is.test(part) && !KEYS.test(part)) found.push(part.trim());
    };
    const lookAt = (node: { start: number; end: number }, parts: readonly unknown[]) => {
      if (!passed.some(({ start, end }) => start <= node.start && node.end <= end)) look(parts, SENTENCE);
    };
    const partsOf = ({ quasis }: { quasis: { value: { raw: string } }[] }) =>
      quasis.map(({ value }) => value.raw);
    const { program } = parseSync(file, await readFile(`${root}${file}`, 'utf8'));
    new Visitor({
      JSXText: ({ value }) => look([value], WORD),
      JSXAttribute: ({ name, value }) => {
        if (value === null) return;
        const inner = value.type === 'JSXExpressionContainer' ? value.expression : value;
        const isSpoken = name.type === 'JSXIdentifier' && SPOKEN.test(name.name);
        if (isSpoken && inner.type === 'Literal') look([inner.value], WORD);
        if (isSpoken && inner.type === 'TemplateLiteral') look(partsOf(inner), WORD);
        if (!isSpoken || inner.type.endsWith('Literal')) passed.push(inner);
      },
      Literal: (node) => lookAt(node, [node.value]),
      TemplateLiteral: (node) => lookAt(node, partsOf(node)),
    }).visit(program);
    if (found.length > 0) texts.set(file, found);
  }
  return texts;
}

const faults: string[] = [];
for (const [file, texts] of await textsIn(ROOT))
  for (const text of texts) faults.push(`${file}: "${text}" belongs in packages/dashboard/src/texts`);
// A check that finds nothing proves nothing.
const planted = await textsIn(PLANTED);
const found = planted.get('packages/dashboard/src/parts/texts-in-a-part.tsx') ?? [];
for (const text of ['It was done.', 'Found', 'Something', 'All', 'of them', 'two words'])
  if (!found.includes(text)) faults.push(`the planted text "${text}" was not found`);

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
