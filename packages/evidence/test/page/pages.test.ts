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

describe('a page of text that others have written', () => {
  it('as HTML has no markup of theirs', () => {
    const html = toHtml(EVIL, blocks);
    const tags = new Set([...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name));
    const ours = 'body h1 head html li meta p pre style table td th title tr ul';
    expect(tags).toEqual(new Set(ours.split(' ')));
    expect(html).not.toContain('\u202e');
    expect(html).not.toContain('\u001b');
  });

  it('as Markdown has a fence, however many marks it has', () => {
    const markdown = toMarkdown([{ verbatim: '` '.repeat(200_000) }]);
    expect(markdown.startsWith('```text\n` ` ')).toBe(true);
  });

  it('as Markdown is made in linear time, also of a word of nothing but underscores', () => {
    const text = `a${'_'.repeat(1_000_000)}b`;
    expect(toMarkdown([{ text }])).toBe(`${text}\n`);
    expect(toMarkdown([{ text: '_a_b_ 𝒂_𝒃' }])).toBe('\\_a_b\\_ 𝒂_𝒃\n');
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

  it.each([
    'Execution 54c88fe7-f3c6-4312: it ended as nonzero_exit (the command ended with exit code 3).',
    '4.6 s, $0.14, 2026-11-29T09:38:48.421Z, SHA-256 + more = all > none!',
    'a {template} of src/file_name.mjs #3',
  ])('as Markdown has no escape that is not needed: %s', (text) => {
    const markdown = toMarkdown([{ heading: text, level: 2 }, { text }, { list: [text] }]);
    expect(toMarkdown([{ heading: `1. ${text}`, level: 2 }])).toBe(`## 1. ${text}\n`);
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

const folded: Block[] = [
  { filter: [{ label: EVIL, mark: 'failed' }] },
  { isNumbered: true, list: [{ text: EVIL, to: EVIL, marks: ['failed'] }, '2. two'] },
  { part: [{ fold: EVIL, blocks: [{ verbatim: `+${EVIL}\n-${EVIL}`, isDiff: true }] }], marks: ['warned'] },
];

describe('what is folded, numbered, linked and filtered', () => {
  it('as HTML has no markup of others', () => {
    const html = toHtml('page', folded);
    const [, body = ''] = html.split('<body>');
    const tags = new Set([...body.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, name]) => name));
    const ours = 'a body del details html input ins label li ol pre section summary';
    expect(tags).toEqual(new Set(ours.split(' ')));
    const addresses = [...body.matchAll(/href="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) expect(address).toMatch(/^#[^<>]*$/);
    expect(body).toContain('<li value="1" class="failed">');
    expect(body).toContain('<section class="part warned">');
  });

  it('as Markdown has the same in the same order, and no choice', () => {
    const markdown = toMarkdown(folded);
    expect(markdown).toMatch(/^1\. &lt;\/pre>.*\n2\. 2\\\. two\n\n.*:\n\n```diff\n\+<\/pre>[^]*\n```\n$/);
  });
});

it('shows lines that end as on Windows as lines', () => {
  const block: Block = { verbatim: '+one\r\n-two\r\n three\rfour', isDiff: true };
  expect(toMarkdown([block])).toContain('+one\n-two\n three\uFFFDfour\n');
  expect(toHtml('', [block])).toContain('<ins>+one</ins>\n<del>-two</del>\n three\uFFFDfour');
});
