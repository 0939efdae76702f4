import type { OutputFormat } from '@anthropic-ai/claude-agent-sdk';
import type { PromptOptions, UuidProof } from '@cc-executor/contracts';
import { isDeeperThan } from '@cc-executor/contracts';
import { BoundedThread, BoundExceeded } from '@cc-executor/service-kit/threads';
import { extname, join } from 'node:path';
import { withoutUuid, type UuidRequest } from '../uuid-request.ts';
import type { AnswerFunctions } from './thread/main.ts';
import type { AnswerToRead, readAnswer } from './thread/read-answer.ts';
import { MOST_LEVELS, TOO_DEEP } from './depth.ts';
import { namesUuid, withUuidField } from './uuid-field.ts';

/** An answer that had to be JSON. */
export type JsonAnswer =
  | {
      value: unknown;
      mended: string | null;
      proof: UuidProof | null;
      /** False if part of the answer is missing in the value. */
      isWhole: boolean;
    }
  /** The answer does not meet the requirements; `fault` says why. */
  | { fault: string };

/** The schema, or its compiled form. */
const PROGRAM = join(import.meta.dirname, 'thread', `main${extname(import.meta.filename)}`);
/** An answer takes milliseconds; one that takes this long was built to be slow, by its schema or by its content. */
const BOUNDS = { deadlineMs: 10_000, memoryMb: 512 };

const thread = new BoundedThread<AnswerFunctions>(PROGRAM, BOUNDS);

/** Reads the JSON of an answer in a thread with a deadline. Never rejects. */
export async function readInThread(answer: AnswerToRead): Promise<ReturnType<typeof readAnswer>> {
  try {
    return await thread.call('read', answer);
  } catch (error) {
    const why = error instanceof BoundExceeded ? `${error.message}, and was ended` : (error as Error).message;
    return { fault: `The answer could not be checked: ${why}.` };
  }
}

/** How one task requests JSON and how its answer is read. Slow work runs in a thread with a deadline. */
export class JsonRequest {
  /** The output format that Claude Code requests from the model; null if it cannot. */
  readonly outputFormat: OutputFormat | null;
  /** The instruction for the agent where the schema cannot be passed to Claude Code. */
  readonly instruction: string | null;
  readonly #schema: string | null;
  readonly #uuid: UuidRequest | null;
  /** True if the schema has no field for the UUID: it is removed before the answer is checked and returned. */
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

  /** Throws a sentence if the schema is invalid or takes too long. */
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

  /** Returns the answer of a task: the model's structured output if there is one, else its text. Never rejects. */
  async read(text: string, structured: unknown): Promise<JsonAnswer> {
    if (structured !== undefined && isDeeperThan(structured, MOST_LEVELS)) return { fault: TOO_DEEP };
    const read = await readInThread({
      text: structured === undefined ? text : JSON.stringify(structured),
      isWhole: structured !== undefined,
      schema: this.#schema,
      isBeside: this.#isBeside,
    });
    return 'fault' in read ? read : this.#answer(JSON.parse(read.json), read.mended);
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
