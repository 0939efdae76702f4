import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const PROJECT = join(import.meta.dirname, '../..');
/** Shorter pieces of a message are in any text. */
const TELLING = 6;

it('is helped for the messages that really occur', async () => {
  let said = '';
  for await (const file of glob(['{packages,services}/*/src/**/*.{ts,sh}', 'deployment/container/*'], {
    cwd: PROJECT,
  }))
    said += await readFile(join(PROJECT, file), 'utf8');
  const page = await readFile(join(PROJECT, 'docs/troubleshooting.md'), 'utf8');
  const headings = [...page.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => heading);
  const isSaid = (heading: string) => {
    const pieces = heading.split('…').map((piece) => piece.trim());
    const telling = pieces.filter((piece) => piece.length >= TELLING);
    return telling.length > 0 && telling.every((piece) => said.includes(piece));
  };
  expect(headings.length).toBeGreaterThan(20);
  expect(headings.filter((heading) => !isSaid(heading))).toEqual([]);
});
