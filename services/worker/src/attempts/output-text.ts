import { isUtf8 } from 'node:buffer';

/** A piece of output, as in the log. */
export interface OutputPiece {
  data: string;
  encoding?: 'base64';
}

/**
 * Decodes output from arbitrary chunks: a partial character waits for its rest.
 * Invalid UTF-8 becomes base64, so that nothing is lost.
 */
export class OutputText {
  #kept: Buffer = Buffer.alloc(0);

  write(chunk: Buffer): OutputPiece[] {
    const bytes = this.#kept.length > 0 ? Buffer.concat([this.#kept, chunk]) : chunk;
    const whole = bytes.length - cutCharacter(bytes);
    // A copy: the chunk is a view of a larger buffer that would be kept alive.
    this.#kept = Buffer.from(bytes.subarray(whole));
    return whole > 0 ? [toPiece(bytes.subarray(0, whole))] : [];
  }

  end(): OutputPiece[] {
    const rest = this.#kept;
    this.#kept = Buffer.alloc(0);
    return rest.length > 0 ? [toPiece(rest)] : [];
  }
}

function toPiece(bytes: Buffer): OutputPiece {
  return isUtf8(bytes)
    ? { data: bytes.toString('utf8') }
    : { data: bytes.toString('base64'), encoding: 'base64' };
}

/** Returns the number of bytes at the end that are an incomplete character: 0 to 3. RFC 3629, section 3. */
function cutCharacter(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue; // a middle byte: its first one is further back
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
