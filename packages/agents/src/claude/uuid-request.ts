import { UUID_FIELD, type UuidProof } from '@cc-executor/contracts';
import { randomUUID } from 'node:crypto';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/** A last line that is a UUID, with the decoration that models like to add. */
const LINE = new RegExp(
  `^[ \\t>*_\`"']*(?:${UUID_FIELD}["'*_\`]*[ \\t]*[:=][ \\t*_\`"']*)?(${UUID})[ \\t*_\`"'.]*$`,
  'i',
);
/** In characters; a longer line is text. */
const LONGEST_LINE = 300;

/** A UUID that an answer must contain, to show that its agent read the whole request and finished its answer. */
export class UuidRequest {
  readonly #expected = randomUUID();

  /** The instruction for an answer that is text. */
  get forText(): string {
    return `The last line of your final answer must be exactly this, and nothing else: ${this.#expected}`;
  }

  /** The instruction for an answer that is JSON. */
  get forJson(): string {
    return `Your final answer has to be a JSON object, and its last field has to be "${UUID_FIELD}": "${this.#expected}".`;
  }

  /** Returns the proof of a text, and the text without the line of the UUID if it is the right one. */
  ofText(text: string): { text: string; proof: UuidProof } {
    const trimmed = text.trimEnd();
    const from = trimmed.lastIndexOf('\n') + 1;
    const line = trimmed.slice(from);
    const found = line.length > LONGEST_LINE ? null : (LINE.exec(line)?.[1] ?? null);
    const proof = this.#prove(found);
    return { text: proof.verdict === 'matched' ? text.slice(0, from).trimEnd() : text, proof };
  }

  ofJson(value: unknown): UuidProof {
    const field = isRecord(value) ? value[UUID_FIELD] : undefined;
    if (field === undefined || field === null) return this.#prove(null);
    return this.#prove(typeof field === 'string' ? field.slice(0, 200) : JSON.stringify(field).slice(0, 200));
  }

  #prove(found: string | null): UuidProof {
    const isRight = found?.trim().toLowerCase() === this.#expected;
    const verdict = isRight ? 'matched' : found === null ? 'absent' : 'mismatched';
    return { expected: this.#expected, found, verdict };
  }
}

/** Returns a value without the field of its UUID. */
export function withoutUuid(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { [UUID_FIELD]: _, ...rest } = value;
  return rest;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
