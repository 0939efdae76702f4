import { describe, expect, it } from 'vitest';
import { chunksOf, CHUNK_BYTES } from '../src/processes/chunks.ts';

// Proves: output-in-chunks
describe('chunks of output', () => {
  it.each(['a', 'é', '€', '😀'])('end at characters, wherever "%s" lies', (character) => {
    for (let before = 0; before < 4; before++) {
      const text = 'x'.repeat(before) + character.repeat(3 * CHUNK_BYTES);
      const chunks = chunksOf(text, undefined);
      expect(chunks.join('') === text).toBe(true);
      for (const chunk of chunks) expect(Buffer.byteLength(chunk)).toBeLessThanOrEqual(CHUNK_BYTES);
      const least = Math.ceil(Buffer.byteLength(text) / CHUNK_BYTES);
      expect(chunks.length - least).toBeLessThanOrEqual(1);
    }
  });

  it('of base64 are the bytes, counted as such', () => {
    const bytes = Buffer.alloc(2 * CHUNK_BYTES + 1, 0xff);
    const chunks = chunksOf(bytes.toString('base64'), 'base64').map((chunk) => Buffer.from(chunk, 'base64'));
    expect(chunks.map(({ length }) => length)).toEqual([CHUNK_BYTES, CHUNK_BYTES, 1]);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  it('are one where it fits', () => {
    expect(chunksOf('x'.repeat(CHUNK_BYTES), undefined)).toHaveLength(1);
    expect(chunksOf('', undefined)).toEqual(['']);
  });
});
