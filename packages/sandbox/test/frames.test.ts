import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameReader, frameOf, MOST_BYTES } from '../src/protocol/index.ts';

describe('frames', () => {
  it('come out as they went in, however they are cut', () => {
    const frames = fc.array(
      fc.tuple(
        fc.constantFrom('stdin' as const, 'alive' as const, 'order' as const),
        fc.uint8Array({ maxLength: 40 }),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 60 }), (sent, step) => {
        const bytes = Buffer.concat(sent.map(([kind, payload]) => frameOf(kind, payload)));
        const reader = new FrameReader(['stdin', 'alive', 'order']);
        const found = [];
        for (let at = 0; at < bytes.length; at += step)
          found.push(...reader.take(bytes.subarray(at, at + step)));
        expect(found.map(({ kind, payload }) => [kind, payload.toString('hex')])).toEqual(
          sent.map(([kind, payload]) => [kind, Buffer.from(payload).toString('hex')]),
        );
      }),
    );
  });

  it('of another direction, of no kind and without bounds are refused', () => {
    expect(() => new FrameReader(['stdin']).take(frameOf('stdout'))).toThrow('not a frame');
    expect(() => new FrameReader(['stdin']).take(Buffer.from([99, 0, 0, 0, 0]))).toThrow('not a frame');
    const large = Buffer.from([3, 0xff, 0xff, 0xff, 0xff]);
    expect(() => new FrameReader(['stdin']).take(large)).toThrow('too large');
    expect(() => frameOf('stdin', Buffer.alloc(MOST_BYTES + 1))).toThrow(RangeError);
  });
});
