import { expect, it } from 'vitest';
import { fencedBlocks } from '../../src/claude/json/code-fences.ts';

it.each([
  ['```json\n{"a": 1}\n```', ['{"a": 1}']],
  ['one\n```\n1\n```\ntwo\n~~~\n2\n~~~\n', ['1', '2']],
  ['```json\n{"a": 1}```', ['{"a": 1}']],
  ['````\n```\n1\n```\n````', ['```\n1\n```']],
  ['  ```\n  1\n  ```  ', ['1']],
  ['```\nnever ended\n~~~\n2\n~~~', ['2']],
  ['```\n1\n~~~', []],
  ['```a`b\n1\n```', []],
  ['', []],
])('%j', (text, blocks) => {
  expect(fencedBlocks(text)).toEqual(blocks);
});

it.each([
  '```sh command\n\n'.repeat(60_000),
  '~~~~\n'.repeat(100_000),
  `${'~'.repeat(500_000)}\``,
  Array.from({ length: 1000 }, (_, index) => '`'.repeat(1003 - index)).join(' x\n'),
  ' \n'.repeat(250_000),
  '```\n'.repeat(125_001),
])('a text of many fences is split in linear time', (text) => {
  const begun = performance.now();
  expect(fencedBlocks(text)).toBeInstanceOf(Array);
  expect(performance.now() - begun).toBeLessThan(5000);
});
