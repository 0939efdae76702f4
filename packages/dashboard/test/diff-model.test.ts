import { describe, expect, it } from 'vitest';
import { lineDiff } from '../src/parts/line-diff.ts';
import { besideEachOther, readDiff, withoutSpace } from '../src/parts/diff-model.ts';

const DIFF = `diff --git a/x b/x
index 1..2 100644
--- a/x
+++ b/x
@@ -1,5 +1,6 @@
 same
-  indented
-gone
+    indented
+new
+newer
 end
-last
\\ No newline at end of file
+last
`;
const shown = (lines: ReturnType<typeof readDiff>) => lines.map(({ kind, text }) => `${kind} ${text}`);

it('reads what git writes, without the names of the file', () => {
  expect(shown(readDiff(DIFF)).slice(0, 4)).toEqual([
    'hunk @@ -1,5 +1,6 @@',
    'both same',
    'minus   indented',
    'minus gone',
  ]);
  expect(shown(readDiff('Binary files a and b differ\n'))).toEqual(['note Binary files a and b differ']);
});

it('leaves out changes of white space, and nothing else', () => {
  expect(shown(withoutSpace(readDiff(DIFF))).slice(1, 7)).toEqual([
    'both same',
    'both     indented',
    'minus gone',
    'plus new',
    'plus newer',
    'both end',
  ]);
});

it('puts what was beside what is', () => {
  const rows = besideEachOther(readDiff(DIFF)).map(({ left, right }) => [
    left?.text ?? null,
    right?.text ?? null,
  ]);
  expect(rows.slice(2, 5)).toEqual([
    ['  indented', '    indented'],
    ['gone', 'new'],
    [null, 'newer'],
  ]);
});

it('takes lines that are all alike in linear time', () => {
  const lines = ['@@ -1 +1 @@', ...Array(100_000).fill('- x'), ...Array(100_000).fill('+x')].join('\n');
  expect(withoutSpace(readDiff(lines)).filter(({ kind }) => kind === 'both')).toHaveLength(100_000);
});

describe('the difference of two texts', () => {
  const signs = { both: ' ', minus: '-', plus: '+', hunk: '@', note: '\\' } as const;
  const signed = (before: string, after: string) =>
    lineDiff(before, after).map(({ kind, text }) => signs[kind] + text);

  it.each([
    ['a\nb\nc', 'a\nx\nc', [' a', '-b', '+x', ' c']],
    ['a', 'a', [' a']],
    ['', 'a', ['-', '+a']],
    ['a\nb', 'a\nb\nPlease.', [' a', ' b', '+Please.']],
    ['a\nb\na', 'a', [' a', '-b', '-a']],
    ['1\n2\n3\n4\n5', '0\n2\n4\n6', ['-1', '+0', ' 2', '-3', ' 4', '-5', '+6']],
  ])('has what was removed and added: %j, %j', (before, after, lines) => {
    expect(signed(before, after)).toEqual(lines);
  });

  it('of two long texts without a common line is all of both', () => {
    const long = (word: string) => Array.from({ length: 5000 }, (_, index) => `${word} ${String(index)}`);
    const lines = signed(long('a').join('\n'), long('b').join('\n'));
    expect(lines).toHaveLength(10_000);
    expect(lines.filter((line) => line.startsWith('-a'))).toHaveLength(5000);
  });
});
