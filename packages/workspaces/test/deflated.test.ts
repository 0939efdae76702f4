import { randomBytes } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { deflated } from '../src/objects/loose-objects.ts';

it('compresses in little more memory than the content has', () => {
  for (const content of [Buffer.alloc(0), Buffer.alloc(5000, 'text '), randomBytes(5000), randomBytes(2e6)]) {
    const data = deflated(content);
    expect(inflateSync(data).equals(content)).toBe(true);
    // Small ones share a piece.
    expect(data.buffer.byteLength).toBeLessThanOrEqual(Math.max(content.length + 2000, Buffer.poolSize));
  }
});
