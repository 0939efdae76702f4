import { expect, it } from 'vitest';
import { inOrder, orderOf } from '../src/parts/file-order.ts';

const FILES = [
  { path: 'a', lines_added: 1, lines_removed: 0 },
  { path: 'b', lines_added: 5, lines_removed: 9 },
  { path: 'c', lines_added: null, lines_removed: null },
  { path: 'd', lines_added: 0, lines_removed: 1 },
];

it.each([
  ['path', 'abcd'],
  ['lines', 'badc'],
  ['unseen', 'bdac'],
  ['of another version', 'abcd'],
])('changed files are ordered: %s', (name, expected) => {
  const seen = ({ path }: { path: string }) => path === 'a' || path === 'c';
  const paths = inOrder(FILES, orderOf(name), seen).map(({ path }) => path);
  expect(paths.join('')).toBe(expected);
});
