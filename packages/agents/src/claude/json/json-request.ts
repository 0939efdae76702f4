import type { OutputFormat } from '@anthropic-ai/claude-agent-sdk';
import type { PromptOptions } from '@cc-executor/contracts';
import { compileSchema, isToolSchema, type SchemaCheck } from '@cc-executor/service-kit/json-schema';
import { readJson } from './read-json.ts';

/** An answer that had to be JSON. */
export type JsonAnswer =
  | { value: unknown; mended: string | null }
  /** It is not what was asked for; `fault` says why. */
  | { fault: string };

/** How one task asks for JSON, and how its answer is read. */
export class JsonRequest {
  /** The form in which Claude Code asks the model itself; null where it can't. */
  readonly outputFormat: OutputFormat | null;
  /** What the agent is told where it is asked by words. */
  readonly instruction: string | null;
  readonly #check: SchemaCheck | null;

  /** Throws a sentence when the schema is none. */
  constructor(schema: PromptOptions['json_schema']) {
    this.#check = schema === undefined ? null : compileSchema(schema);
    const { $schema: _, ...plain } = schema ?? {};
    const isTool = schema !== undefined && isToolSchema(plain);
    this.outputFormat = isTool ? { type: 'json_schema', schema: plain } : null;
    this.instruction = isTool ? null : instructionFor(schema);
  }

  /** The answer of a task: the model's structured output where there is one, else its text. */
  read(text: string, structured: unknown): JsonAnswer {
    if (structured === undefined) {
      const read = readJson(text, this.#check);
      return typeof read === 'string' ? { fault: read } : read;
    }
    const fault = this.#check?.(structured) ?? null;
    return fault === null
      ? { value: structured, mended: null }
      : { fault: `The answer does not fit the schema: ${fault}.` };
  }
}

function instructionFor(schema: PromptOptions['json_schema']): string {
  const format =
    'Your final answer has to be one JSON value and nothing else: no words around it, no code fence.';
  return schema === undefined
    ? format
    : `${format} It has to fit this JSON schema:\n${JSON.stringify(schema)}`;
}
