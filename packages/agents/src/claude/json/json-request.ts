import type { OutputFormat } from '@anthropic-ai/claude-agent-sdk';
import type { PromptOptions, UuidProof } from '@cc-executor/contracts';
import { isDeeperThan } from '@cc-executor/contracts';
import { BoundedThread, BoundExceeded } from '@cc-executor/service-kit/threads';
import { extname, join } from 'node:path';
import { withoutUuid, type UuidRequest } from '../uuid-request.ts';
import type { AnswerFunctions } from './thread/main.ts';
import { MOST_LEVELS, TOO_DEEP } from './depth.ts';
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

/** As it stands, or compiled. */
const PROGRAM = join(import.meta.dirname, 'thread', `main${extname(import.meta.filename)}`);
/** Answers take milliseconds; what takes so long was made to, by its schema or by itself. */
const BOUNDS = { deadlineMs: 10_000, memoryMb: 512 };

const thread = new BoundedThread<AnswerFunctions>(PROGRAM, BOUNDS);

/** How one task asks for JSON, and how its answer is read; what takes time is done in a thread with a deadline. */
export class JsonRequest {
  /** The form in which Claude Code asks the model itself; null where it can't. */
  readonly outputFormat: OutputFormat | null;
  /** What the agent is told where it is asked by words. */
  readonly instruction: string | null;
  readonly #schema: string | null;
  readonly #uuid: UuidRequest | null;
  /** True where the schema knows nothing of the UUID: it is taken away before the answer is checked, and shown. */
  readonly #isBeside: boolean;

  private constructor(
    schema: PromptOptions['json_schema'],
    uuid: UuidRequest | null,
    toolSchema: OutputFormat['schema'] | null,
  ) {
    this.#uuid = uuid;
    this.#schema = schema === undefined ? null : JSON.stringify(schema);
    this.#isBeside = uuid !== null && schema !== undefined && !namesUuid(schema);
    this.outputFormat = toolSchema && { type: 'json_schema', schema: toolSchema };
    const told = [toolSchema ? null : instructionFor(schema), uuid?.forJson ?? null];
    this.instruction = told.filter((text) => text !== null).join('\n\n') || null;
  }

  /** Throws a sentence when the schema is none, or takes too long. */
  static async of(schema: PromptOptions['json_schema'], uuid: UuidRequest | null): Promise<JsonRequest> {
    if (schema === undefined) return new JsonRequest(undefined, uuid, null);
    const { $schema: _, ...plain } = schema;
    const asked = uuid === null ? plain : withUuidField(plain);
    const isTool = await thread.call('prepare', {
      schema: JSON.stringify(schema),
      asked: asked && JSON.stringify(asked),
    });
    return new JsonRequest(schema, uuid, isTool ? asked : null);
  }

  /** The answer of a task: the model's structured output where there is one, else its text. Never rejects. */
  async read(text: string, structured: unknown): Promise<JsonAnswer> {
    if (structured !== undefined && isDeeperThan(structured, MOST_LEVELS)) return { fault: TOO_DEEP };
    try {
      const read = await thread.call('read', {
        text: structured === undefined ? text : JSON.stringify(structured),
        isWhole: structured !== undefined,
        schema: this.#schema,
        isBeside: this.#isBeside,
      });
      return 'fault' in read ? read : this.#answer(JSON.parse(read.json), read.mended);
    } catch (error) {
      const why =
        error instanceof BoundExceeded ? `${error.message}, and was ended` : (error as Error).message;
      return { fault: `The answer could not be checked: ${why}.` };
    }
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
