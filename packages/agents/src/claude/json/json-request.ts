import type { OutputFormat } from '@anthropic-ai/claude-agent-sdk';
import type { PromptOptions, UuidProof } from '@cc-executor/contracts';
import { compileSchema, isToolSchema, type SchemaCheck } from '@cc-executor/service-kit/json-schema';
import { withoutUuid, type UuidRequest } from '../uuid-request.ts';
import { readJson } from './read-json.ts';
import { namesUuid, withUuidField } from './uuid-field.ts';

/** An answer that had to be JSON. */
export type JsonAnswer =
  | {
      value: unknown;
      mended: string | null;
      proof: UuidProof | null;
      /** False where something of what came is left out of the value. */
      isWhole: boolean;
    }
  /** It is not what was asked for; `fault` says why. */
  | { fault: string };

/** How one task asks for JSON, and how its answer is read. */
export class JsonRequest {
  /** The form in which Claude Code asks the model itself; null where it can't. */
  readonly outputFormat: OutputFormat | null;
  /** What the agent is told where it is asked by words. */
  readonly instruction: string | null;
  readonly #check: SchemaCheck | null;
  readonly #uuid: UuidRequest | null;
  /** True where the schema knows nothing of the UUID: it is taken away before the answer is checked, and shown. */
  readonly #isBeside: boolean;

  /** Throws a sentence when the schema is none. */
  constructor(schema: PromptOptions['json_schema'], uuid: UuidRequest | null) {
    this.#uuid = uuid;
    this.#isBeside = uuid !== null && schema !== undefined && !namesUuid(schema);
    const check = schema === undefined ? null : compileSchema(schema);
    this.#check = check && ((value) => check(this.#isBeside ? withoutUuid(value) : value));
    const { $schema: _, ...plain } = schema ?? {};
    const asked = uuid === null ? plain : withUuidField(plain);
    const isTool = schema !== undefined && asked !== null && isToolSchema(asked);
    this.outputFormat = isTool ? { type: 'json_schema', schema: asked } : null;
    const told = [isTool ? null : instructionFor(schema), uuid?.forJson ?? null];
    this.instruction = told.filter((text) => text !== null).join('\n\n') || null;
  }

  /** The answer of a task: the model's structured output where there is one, else its text. */
  read(text: string, structured: unknown): JsonAnswer {
    if (structured === undefined) {
      const read = readJson(text, this.#check);
      return typeof read === 'string' ? { fault: read } : this.#answer(read.value, read.mended);
    }
    const fault = this.#check?.(structured) ?? null;
    return fault === null
      ? this.#answer(structured, null)
      : { fault: `The answer does not fit the schema: ${fault}.` };
  }

  #answer(value: unknown, mended: string | null): JsonAnswer {
    const proof = this.#uuid?.ofJson(value) ?? null;
    const isWhole = !this.#isBeside || proof?.found === null;
    return { value: isWhole ? value : withoutUuid(value), mended, proof, isWhole };
  }
}

function instructionFor(schema: PromptOptions['json_schema']): string {
  const format =
    'Your final answer has to be one JSON value and nothing else: no words around it, no code fence.';
  return schema === undefined
    ? format
    : `${format} It has to fit this JSON schema:\n${JSON.stringify(schema)}`;
}
