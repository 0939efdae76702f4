import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { piecesByLine, sidesOf } from '../src/colours/diff-colours.ts';
import { grammarOf } from '../src/colours/grammar-of.ts';
import { piecesOf } from '../src/colours/pieces.ts';
import { readDiff } from '../src/parts/diff-model.ts';

// Its types bring those of a browser with them, which the tests do without.
const load = createRequire(import.meta.url);
const hljs = load('highlight.js/lib/core') as {
  registerLanguage: (name: string, grammar: unknown) => void;
  highlight: (text: string, options: { language: string; ignoreIllegals: boolean }) => { value: string };
};

function marked(grammar: string, text: string): string {
  hljs.registerLanguage(grammar, load(`highlight.js/lib/languages/${grammar}`));
  return hljs.highlight(text, { language: grammar, ignoreIllegals: true }).value;
}

describe('the colours of a text', () => {
  it.each([
    ['src/App.TSX', 'typescript'],
    ['Dockerfile', 'dockerfile'],
    ['a/b/CMakeLists.txt', 'cmake'],
    ['ts', null],
    ['notes.constructor', null],
    ['constructor', null],
    ['a.b/plain', null],
  ])('go by the name of the file: %s', (path, grammar) => {
    expect(grammarOf(path)).toBe(grammar);
  });

  it('are pieces of its lines that have all of its characters, and no markup', () => {
    const text = `const a = "<b>&amp;</b>'";\n/* one\ntwo & three */ f(1);\n\n`;
    const lines = piecesOf(marked('typescript', text));
    expect(lines.map((line) => line.map((piece) => piece.text).join('')).join('\n')).toBe(text);
    expect(lines[0]).toContainEqual({ text: 'const', tone: 'word' });
    expect(lines[2]?.[0]).toEqual({ text: 'two & three */', tone: 'note' });
  });

  it.each(['typescript', 'css', 'scss', 'xml', 'markdown', 'python', 'php', 'yaml', 'bash'])(
    'keep each character in %s',
    (grammar) => {
      const text = `<?php $a="x&lt;<y>'"; # x \u0000\u001b[31m 😀\n{{ "k": [1, 'b'] }} // c\n<p class="a">t</p>\n`;
      const lines = piecesOf(marked(grammar, text));
      expect(lines.map((line) => line.map((piece) => piece.text).join('')).join('\n')).toBe(text);
    },
  );

  it('of a diff are those of each of its sides', () => {
    const diff = readDiff('@@ -1,3 +1,3 @@\n let a;\n-/* gone\n+let b;\n let c;\n');
    const sides = sidesOf(diff);
    expect(sides.map(({ text }) => text)).toEqual(['let a;\nlet b;\nlet c;', 'let a;\n/* gone\nlet c;']);
    const found = sides.map(({ text }) => piecesOf(marked('typescript', text)));
    const pieces = piecesByLine(sides, found);
    // What follows an open comment on the side that is gone is code on the other side.
    const gone = diff.find(({ kind }) => kind === 'minus');
    expect(gone && pieces.get(gone)).toEqual([{ text: '/* gone', tone: 'note' }]);
    expect(diff.filter((line) => pieces.has(line)).map(({ kind }) => kind)).toEqual([
      'both',
      'minus',
      'plus',
      'both',
    ]);
  });

  it('are those of lines with either end', () => {
    const diff = readDiff('@@ -0,0 +1,2 @@\n+let a;\r\n+let b;\n');
    const sides = sidesOf(diff);
    const found = sides.map(({ text }) => piecesOf(marked('typescript', text)));
    const pieces = piecesByLine(sides, found);
    expect([...pieces].map(([{ text }]) => text)).toEqual(['let a;\r', 'let b;']);
    for (const [{ text }, own] of pieces) expect(own.map((piece) => piece.text).join('')).toBe(text);
  });

  it('are none of a diff, or a line, that is very long', () => {
    expect(sidesOf(readDiff(`@@ -0,0 +1 @@\n+${'x'.repeat(3000)}\n`))).toEqual([]);
    expect(sidesOf(readDiff(`@@ -0,0 +1 @@\n${`+${'x'.repeat(500)}\n`.repeat(2000)}`))).toEqual([]);
  });
});
