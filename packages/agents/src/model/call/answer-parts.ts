import type { OutcomeCode, Usage } from '@cc-executor/contracts';
import { within } from '@cc-executor/service-kit/within';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { beginningOf, fieldsOf, nameOr, tokensOr } from '../../lines/foreign.ts';

/** The most of an error that is reported, in UTF-16 units. */
export const REPORTED_UNITS = 500;

/** How long a stream may stay open after the end of its answer, in milliseconds. */
const END_MS = 5000;

export class TooLarge extends Error {}

type Fields = Readonly<Record<string, unknown>>;
type OnText = (text: string) => void;

/** The parts of an answer so far. */
export class AnswerParts {
  readonly #onText: OnText;
  #text = '';
  #refusal = '';
  #finish: string | null = null;
  #fault: unknown = null;
  #isWhole = false;
  #model: string | null = null;
  #usage: Usage | null = null;

  /** `onText`: called with each part of the answer. */
  constructor(onText: OnText) {
    this.#onText = onText;
  }

  get text(): string {
    return this.#text;
  }

  get known(): { model: string | null; usage: Usage | null } {
    return { model: this.#model, usage: this.#usage };
  }

  /** The error that came in place of an answer; null: none. */
  get fault(): unknown {
    return this.#fault;
  }

  /** Returns why the answer is no whole one; null: it ended as a whole answer does. */
  get failure(): { outcome: OutcomeCode; message: string } | null {
    if (this.#refusal !== '')
      return {
        outcome: 'refused',
        message: `The model refused: ${beginningOf(this.#refusal, REPORTED_UNITS)}`,
      };
    if (this.#finish === null)
      return this.#isWhole
        ? {
            outcome: 'no_result',
            message: 'The answer has no reason to finish, so nothing proves that it is whole.',
          }
        : { outcome: 'network', message: 'The answer was cut: the stream ended without a reason to finish.' };
    return finishFailure(this.#finish);
  }

  /**
   * Reads a streamed answer, and what follows its end for a short time: some servers keep the connection open. Throws
   * TooLarge, or the error of the connection.
   */
  async readStream(bytes: ReadableStream<Uint8Array>): Promise<void> {
    const events = bytes
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
      .pipeThrough(new EventSourceParserStream());
    const reader = events.getReader();
    try {
      for (;;) {
        const next = reader.read();
        const { done, value } = (this.#finish === null ? await next : await within(next, END_MS, null)) ?? {
          done: true,
          value: undefined,
        };
        if (done || value.data === '[DONE]') return;
        // A line that is no message says nothing; if the end is missing, that is reported.
        const message = jsonFields(value.data);
        if (value.event === 'error') this.#fault = message?.['error'] ?? message ?? value.data;
        else if (message !== null) this.#take(message, 'delta');
      }
    } finally {
      reader.cancel().catch(() => undefined);
    }
  }

  /** Takes the answer of a server that does not stream. Returns whether it is one. */
  takeWhole(body: string): boolean {
    const message = jsonFields(body);
    if (message === null || !(Array.isArray(message['choices']) || errorIn(message))) return false;
    this.#isWhole = true;
    this.#take(message, 'message');
    return true;
  }

  #take(message: Fields, part: 'delta' | 'message'): void {
    this.#fault = errorIn(message) ?? this.#fault;
    this.#model = nameOr(message['model']) ?? this.#model;
    this.#usage = usageOf(fieldsOf(message['usage'])) ?? this.#usage;
    const choice = fieldsOf(Array.isArray(message['choices']) ? message['choices'][0] : null);
    // Some servers have a whole message in their stream.
    const { content, refusal } = fieldsOf(choice[part] ?? choice['message']);
    const text = textOf(content);
    if (typeof choice['finish_reason'] === 'string') this.#finish = choice['finish_reason'];
    if (typeof refusal === 'string') this.#refusal += refusal;
    if (text === '') return;
    this.#text += text;
    this.#onText(text);
  }
}

/**
 * Returns what a reason to finish means; null: the answer is whole. The API names five reasons; servers that imitate
 * it pass on those of their engines, in any case of letters. A reason that is not known is no proof of a whole answer.
 */
function finishFailure(reason: string): { outcome: OutcomeCode; message: string } | null {
  switch (reason.toLowerCase()) {
    case 'stop':
    case 'stop_sequence':
    case 'end_turn':
    case 'eos':
    case 'eos_token':
    case 'complete':
      return null;
    case 'length':
    case 'max_tokens':
    case 'model_length':
      return {
        outcome: 'output_token_limit',
        message: "The answer reached the model's limit of output tokens.",
      };
    case 'content_filter':
    case 'safety':
    case 'refusal':
      return { outcome: 'refused', message: 'A filter before the model refused the answer.' };
    case 'tool_calls':
    case 'function_call':
    case 'tool_use':
      return { outcome: 'no_result', message: 'The model called a tool, and it has none.' };
    case 'insufficient_system_resource':
      return {
        outcome: 'overloaded',
        message: `The server ran out of resources in the middle of the answer (${reason}).`,
      };
    case 'error':
      return { outcome: 'server_error', message: 'The server ended the answer with an error.' };
    default:
      return {
        outcome: 'no_result',
        message: `The answer ended for a reason that does not prove that it is whole: ${beginningOf(reason, REPORTED_UNITS)}.`,
      };
  }
}

/** null: the text is no JSON. */
export function jsonFields(text: string): Fields | null {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return null;
  }
}

/** null: it has no numbers of tokens. */
function usageOf(usage: Fields): Usage | null {
  const input = tokensOr(usage['prompt_tokens']);
  const output = tokensOr(usage['completion_tokens']);
  if (input === null && output === null) return null;
  const cached = Math.min(
    input ?? 0,
    tokensOr(fieldsOf(usage['prompt_tokens_details'])['cached_tokens']) ?? 0,
  );
  return {
    input_tokens: (input ?? 0) - cached,
    output_tokens: output ?? 0,
    cache_read_tokens: cached,
    cache_creation_tokens: 0,
  };
}

/** Returns the error in a message; null: it has none. Some servers have it beside `object: "error"`. */
function errorIn(message: Fields): unknown {
  if (message['error']) return message['error'];
  return message['object'] === 'error' ? message : null;
}

/** The text of a content, which some models give in parts. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map(fieldsOf)
    .map(({ text }) => (typeof text === 'string' ? text : ''))
    .join('');
}
