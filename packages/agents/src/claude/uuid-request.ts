import { UUID_FIELD, type UuidProof } from '@cc-executor/contracts';
import { randomUUID } from 'node:crypto';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/** A last line that is a UUID, with what models like to put around one. */
const LINE = new RegExp(
  `^[ \\t>*_\`"']*(?:${UUID_FIELD}["'*_\`]*[ \\t]*[:=][ \\t*_\`"']*)?(${UUID})[ \\t*_\`"'.]*$`,
  'i',
);
/** Characters; what is longer is text. */
const LONGEST_LINE = 300;

/** A UUID that one answer is asked to have, to show that its agent has read what it was asked and came to its end. */
export class UuidRequest {
  readonly #expected = randomUUID();

  /** What the agent is told where its answer is text. */
  get forText(): string {
    return `The last line of your final answer has to be this, alone and exactly as it is: ${this.#expected}`;
  }

  /** What the agent is told where its answer is JSON. */
  get forJson(): string {
    return `Your final answer has to be a JSON object, and its last field has to be "${UUID_FIELD}": "${this.#expected}".`;
  }

  /** The proof of a text, and the text without its line, where that is the right one. */
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

/** A value without the field that holds its UUID. */
export function withoutUuid(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const { [UUID_FIELD]: _, ...rest } = value;
  return rest;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
