import { describe, expect, it } from 'vitest';
import { OutputText } from '../src/attempts/output-text.ts';

/** All pieces of output that comes in these chunks. */
function piecesOf(chunks: Buffer[]) {
  const text = new OutputText();
  return [...chunks.flatMap((chunk) => text.write(chunk)), ...text.end()];
}

const bytesOf = (pieces: ReturnType<typeof piecesOf>) =>
  Buffer.concat(pieces.map(({ data, encoding }) => Buffer.from(data, encoding ?? 'utf8')));

describe('the text of output', () => {
  it('is whole wherever it was cut', () => {
    const bytes = Buffer.from('aé漢\u{1f600}z\r\n\u{10ffff}');
    for (let first = 0; first <= bytes.length; first++) {
      for (let second = first; second <= bytes.length; second++) {
        const pieces = piecesOf([
          bytes.subarray(0, first),
          bytes.subarray(first, second),
          bytes.subarray(second),
        ]);
        expect(pieces.every(({ encoding }) => encoding === undefined)).toBe(true);
        expect(pieces.map(({ data }) => data).join('')).toBe(bytes.toString());
      }
    }
  });

  // Proves: output-in-chunks
  it('comes as base64 where it is not UTF-8, with not a byte lost', () => {
    for (const bytes of [
      [0xff, 0x61],
      [0xc3],
      [0x61, 0xf0, 0x9f],
      [0x80, 0x80, 0x80, 0x80],
      [0xe6, 0x61],
      [0xc3, 0xc3],
    ]) {
      const whole = Buffer.from(bytes);
      for (let cut = 0; cut <= whole.length; cut++)
        expect(bytesOf(piecesOf([whole.subarray(0, cut), whole.subarray(cut)]))).toEqual(whole);
    }
    expect(piecesOf([Buffer.from([0xff])])).toEqual([{ data: '/w==', encoding: 'base64' }]);
  });

  it('keeps nothing of the buffer that a chunk was a view of', () => {
    const chunk = Buffer.from([0x61, 0xc3]);
    const text = new OutputText();
    expect(text.write(chunk)).toEqual([{ data: 'a' }]);
    chunk.fill(0);
    expect(text.write(Buffer.from([0xa9]))).toEqual([{ data: 'é' }]);
  });
});
