import { describe, expect, it } from 'vitest';
import type { Block } from '../../src/page/block.ts';
import { toHtml } from '../../src/page/to-html.ts';
import { toMarkdown } from '../../src/page/to-markdown.ts';

const EVIL =
  '</pre><script>alert(1)</script> [x](javascript:a) ![i](http://e/x) `c` www.e.com @x mailto:x@e.com | a\n# h\u202e\u001b[2J';
const blocks: Block[] = [
  { heading: EVIL, level: 1 },
  { text: EVIL },
  { list: [EVIL] },
  { head: [EVIL], rows: [[EVIL]] },
  { verbatim: `\`\`\`\n</pre>${EVIL}\n\`\`\`\`` },
];
const folded: Block = { folded: EVIL, verbatim: EVIL, language: 'diff' };

describe('a page of text that others have written', () => {
  it('as HTML has no markup of theirs', () => {
    const html = toHtml(EVIL, [...blocks, folded]);
    const tags = new Set([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name));
    const ours = 'body details h1 head html li meta p pre style summary table td th title tr ul';
    expect(tags).toEqual(new Set(ours.split(' ')));
    expect(html).not.toContain('\u202e');
    expect(html).not.toContain('\u001b');
  });

  it('as Markdown has a fence, however many marks it has', () => {
    const markdown = toMarkdown([{ verbatim: '` '.repeat(200_000) }]);
    expect(markdown.startsWith('```text\n` ` ')).toBe(true);
  });

  it('as Markdown has no markup of theirs, and each block where it belongs', () => {
    const markdown = toMarkdown(blocks);
    const lines = markdown.split('\n');
    const fence = lines.findIndex((line) => line.startsWith('`````'));
    expect(lines.slice(fence).filter((line) => line.startsWith('`````'))).toHaveLength(2);
    for (const line of lines.slice(0, fence)) {
      expect(line).not.toMatch(/(?<!\\)[<`]|(?<!\\)\[|javascript:a\)(?<!\\\))/);
      expect(line).not.toMatch(/http:\/\/|www\.e|@[a-z]/);
    }
    expect(lines.slice(0, fence).filter((line) => line.startsWith('#'))).toHaveLength(1);
    // A bar of theirs begins no further cell.
    expect(
      lines.filter((line) => line.startsWith('|')).map((line) => line.match(/(?<!\\)\|/g)?.length),
    ).toEqual([2, 2, 2]);
    expect(markdown).not.toContain('\u202e');
    expect(markdown).not.toContain('\u001b');
  });

  it('as Markdown folds text away under one line', () => {
    const lines = toMarkdown([folded]).trim().split('\n');
    expect(lines[0]).toMatch(/^<details><summary>[^<]*<\/summary>$/);
    expect([lines[2], ...lines.slice(-3)]).toEqual(['```diff', '```', '', '</details>']);
  });

  it.each([
    'Execution 54c88fe7-f3c6-4312: it ended as nonzero_exit (the command ended with exit code 3).',
    '4.6 s, $0.14, 2026-11-29T09:38:48.421Z, SHA-256 + more = all > none!',
    'a {template} of src/file_name.mjs #3',
  ])('as Markdown has no escape that is not needed: %s', (text) => {
    const markdown = toMarkdown([{ heading: text, level: 2 }, { text }, { list: [text] }]);
    expect(markdown).toBe(`## ${text}\n\n${text}\n\n- ${text}\n`);
    expect(toMarkdown([{ head: ['1. one'], rows: [['- two']] }])).toBe('| 1. one |\n| --- |\n| - two |\n');
  });

  it.each([
    ['- item', '\\- item'],
    ['# heading #', '\\# heading \\#'],
    ['> quote', '\\> quote'],
    ['===', '\\==='],
    ['1. one', '1\\. one'],
    ['_so_ and __so__', '\\_so\\_ and \\_\\_so\\_\\_'],
    ['*so*', '\\*so\\*'],
    [String.raw`\(`, String.raw`\\(`],
  ])('as Markdown shows %s as it is', (text, markdown) => {
    expect(toMarkdown([{ text }])).toBe(`${markdown}\n`);
  });
});
