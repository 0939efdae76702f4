import { describe, expect, it } from 'vitest';
import { answerRange } from '../src/byte-range.ts';

/** What is answered to a range of so many bytes: the first and the last byte, and the status. */
function answered(asked: string | undefined, size: number) {
  let status = 200;
  const reply = {
    header: () => reply as never,
    code: (code: number) => {
      status = code;
      return reply as never;
    },
  };
  return { ...answerRange(reply, asked, size), status };
}

// Proves: parts-of-an-output
describe('a range of bytes', () => {
  it.each([
    [undefined, 0, 19, 200],
    ['bytes=5-', 5, 19, 206],
    ['bytes=5-7', 5, 7, 206],
    ['bytes=5-70', 5, 19, 206],
    ['bytes=-5', 15, 19, 206],
    ['bytes=-20', 0, 19, 206],
    // More than there are: all of them.
    ['bytes=-2000', 0, 19, 206],
    ['bytes=-99999999999999999999', 0, 19, 206],
    ['bytes=0-1,3-4', 0, 19, 200],
    ['lines=-5', 0, 19, 200],
  ])('of 20 bytes, %s', (asked, start, end, status) => {
    expect(answered(asked, 20)).toEqual({ start, end, status });
  });

  it.each([
    ['bytes=20-', 20],
    ['bytes=-0', 20],
    ['bytes=-5', 0],
  ])('that has nothing is refused: %s of %i', (asked, size) => {
    expect(() => answered(asked, size)).toThrow(`There are ${String(size)} bytes.`);
  });
});
