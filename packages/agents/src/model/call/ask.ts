import type { Usage } from '@cc-executor/contracts';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { beginningOf, fieldsOf, nameOr, tokensOr } from '../../lines/foreign.ts';
import { failureOf } from './failure.ts';
import type { ModelEnd, ModelSpec } from './spec.ts';

/** The most of an error that is reported, in UTF-16 units. */
const TOLD_UNITS = 500;

export interface AskOptions {
  signal: AbortSignal;
  /** Called with each part of the answer. */
  onText: (text: string) => void;
}

const NOTHING = {
  result: null,
  json: null,
  mended: null,
  resets_at: null,
  model: null,
  usage: null,
} as const;

/** Sends one prompt over the Chat Completions API and reads its streamed answer. Never rejects, unless it is aborted. */
export async function ask(spec: ModelSpec, { signal, onText }: AskOptions): Promise<ModelEnd> {
  let response;
  try {
    response = await fetch(`${spec.url.replace(/\/$/, '')}/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(spec.key !== null && { authorization: `Bearer ${spec.key}` }),
      },
      body: JSON.stringify(requestOf(spec)),
      // A key goes to the address that was named, and to no other.
      redirect: 'manual',
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    const reason = reasonOf(error);
    const isNever = NEVER.test(reason);
    return {
      ...NOTHING,
      outcome: isNever ? 'invalid_request' : 'network',
      message: `The model at ${spec.url} could not be reached: ${reason}.${isNever ? ' See model_url.' : ''}`,
    };
  }
  if (response.status >= 300 && response.status < 400) return { ...NOTHING, ...redirected(response, spec) };
  const parts = new AnswerParts();
  try {
    if (!response.ok) return { ...NOTHING, ...failureOf(response, await bodyOf(response, spec), Date.now()) };
    if (!/^text\/event-stream\b/.test(response.headers.get('content-type') ?? ''))
      return {
        ...NOTHING,
        outcome: 'network',
        message: `What came from ${spec.url} is not an answer of the API: ${(await bodyOf(response, spec)).slice(0, 200)}`,
      };
    await parts.read(response, spec, onText);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof TooLarge)
      return {
        ...NOTHING,
        ...parts.known,
        outcome: 'answer_too_large',
        message: `The answer has more than ${String(spec.mostBytes)} bytes.`,
      };
    return {
      ...NOTHING,
      ...parts.known,
      outcome: 'network',
      message: `The answer was cut: ${reasonOf(error)}.`,
    };
  }
  return await endOf(parts, spec);
}

/** Errors of fetch before any request; a retry would not help. */
const NEVER = /\bbad port\b|unknown scheme|Invalid URL/i;
/** The statuses of addresses that have moved for good. */
const MOVED = new Set([301, 308]);

/** A redirect to another host may be the login page of a network, which goes away; any other one stays. */
function redirected(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  { url }: Pick<ModelSpec, 'url'>,
): Pick<ModelEnd, 'outcome' | 'message'> {
  const to = URL.parse(headers.get('location') ?? '', url);
  const shown = to === null ? 'nowhere' : `to ${beginningOf(`${to.origin}${to.pathname}`, TOLD_UNITS)}`;
  const stays = MOVED.has(status) || to?.hostname === new URL(url).hostname;
  const advice = stays
    ? ' A redirect is not followed: name the address of the model itself in model_url.'
    : ' A redirect is not followed; a network before its login answers so.';
  return {
    outcome: stays ? 'invalid_request' : 'network',
    message: `The model at ${url} redirects ${shown} (status ${String(status)}).${advice}`,
  };
}

class TooLarge extends Error {}

/** The parts of an answer so far. */
class AnswerParts {
  text = '';
  refusal = '';
  finish: string | null = null;
  fault: string | null = null;
  model: string | null = null;
  usage: Usage | null = null;

  get known() {
    return { model: this.model, usage: this.usage };
  }

  async read(response: Response, { mostBytes }: ModelSpec, onText: (text: string) => void): Promise<void> {
    let bytes = 0;
    const bound = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        bytes += chunk.length;
        if (bytes > mostBytes) controller.error(new TooLarge());
        else controller.enqueue(chunk);
      },
    });
    const events = response.body
      ?.pipeThrough(bound)
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream());
    for await (const { data } of events ?? []) {
      if (data === '[DONE]') break;
      this.#take(data, onText);
    }
  }

  #take(data: string, onText: (text: string) => void): void {
    let chunk;
    try {
      chunk = fieldsOf(JSON.parse(data));
    } catch {
      // A line that is no message says nothing; if the end is missing, that is reported.
      return;
    }
    if (chunk['error']) this.fault = faultOf(chunk['error']);
    this.model = nameOr(chunk['model']) ?? this.model;
    this.usage = usageOf(fieldsOf(chunk['usage'])) ?? this.usage;
    const choice = fieldsOf(Array.isArray(chunk['choices']) ? chunk['choices'][0] : null);
    const { content: text, refusal } = fieldsOf(choice['delta']);
    if (typeof choice['finish_reason'] === 'string') this.finish = choice['finish_reason'];
    if (typeof refusal === 'string') this.refusal += refusal;
    if (typeof text !== 'string' || text === '') return;
    this.text += text;
    onText(text);
  }
}

function requestOf({ model, system, prompt, json }: ModelSpec): Record<string, unknown> {
  const rules = json === null ? null : instructionFor(json.schema);
  const told = [system, rules].filter((part) => part !== null).join('\n\n');
  return {
    model,
    messages: [
      ...(told === '' ? [] : [{ role: 'system', content: told }]),
      { role: 'user', content: prompt },
    ],
    stream: true,
    stream_options: { include_usage: true },
    ...(json !== null && {
      response_format:
        json.schema === null
          ? { type: 'json_object' }
          : { type: 'json_schema', json_schema: { name: 'answer', schema: json.schema } },
    }),
  };
}

/** Not every server heeds response_format. */
function instructionFor(schema: Record<string, unknown> | null): string {
  const format = 'Your answer has to be one JSON value and nothing else: no words around it, no code fence.';
  return schema === null ? format : `${format} It has to fit this JSON schema:\n${JSON.stringify(schema)}`;
}

async function endOf(parts: AnswerParts, { json }: ModelSpec): Promise<ModelEnd> {
  const end = (outcome: ModelEnd['outcome'], message: string | null): ModelEnd => ({
    ...NOTHING,
    ...parts.known,
    outcome,
    message,
  });
  if (parts.fault !== null)
    return end('server_error', `The model reported an error in its answer: ${parts.fault}.`);
  if (parts.refusal !== '')
    return end('refused', `The model refused: ${beginningOf(parts.refusal, TOLD_UNITS)}`);
  switch (parts.finish) {
    case null:
      return end('network', 'The answer was cut: the stream ended without a reason to finish.');
    case 'length':
      return end('output_token_limit', "The answer reached the model's limit of output tokens.");
    case 'content_filter':
      return end('refused', 'A filter before the model refused the answer.');
    case 'tool_calls':
    case 'function_call':
      return end('no_result', 'The model called a tool, and it has none.');
    default:
      break;
  }
  if (parts.text.trim() === '') return end('no_result', 'The answer is empty.');
  if (json === null) return { ...end('completed', null), result: parts.text };
  // It takes longer to load than all the rest, and most answers are text.
  const { readAnswer } = await import('../../claude/json/thread/read-answer.ts');
  const read = readAnswer({
    text: parts.text,
    isWhole: false,
    schema: json.schema === null ? null : JSON.stringify(json.schema),
    isBeside: false,
  });
  if ('fault' in read) return { ...end('invalid_output', read.fault), result: parts.text };
  return {
    ...end('completed', null),
    result: read.mended === null ? parts.text : read.json,
    json: JSON.parse(read.json),
    mended: read.mended,
  };
}

/** null: it has no numbers of tokens. */
function usageOf(usage: Readonly<Record<string, unknown>>): Usage | null {
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

function faultOf(error: unknown): string {
  const { message } = fieldsOf(error);
  return beginningOf(typeof message === 'string' ? message : JSON.stringify(error), TOLD_UNITS);
}

/** Returns the start of a body; the rest is not read. */
async function bodyOf(response: Response, { mostBytes }: ModelSpec): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > Math.min(mostBytes, 64 * 1024)) break;
  }
  return text;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A failed fetch has the reason in its cause.
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
