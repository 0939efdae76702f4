import { beginningOf } from '../../lines/foreign.ts';
import { AnswerParts, jsonFields, REPORTED_UNITS, TooLarge } from './answer-parts.ts';
import { failureIn, failureOf } from './failure.ts';
import type { ModelEnd, ModelSpec } from './spec.ts';

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
  const parts = new AnswerParts(onText);
  try {
    if (!response.ok)
      return { ...NOTHING, ...failureOf(response, await beginningOfBody(response, spec), Date.now()) };
    const { first, bytes } = await beganOf(bounded(response.body, spec.mostBytes));
    if (isStream(first, response.headers.get('content-type') ?? '')) await parts.readStream(bytes);
    else {
      const body = await new Response(bytes).text();
      if (!parts.takeWhole(body)) return { ...NOTHING, ...noAnswer(body, spec) };
    }
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
  const { fault } = parts;
  if (fault === null) return await endOf(parts, spec);
  return { ...NOTHING, ...parts.known, ...failureIn(fault, response.headers, Date.now()) };
}

/** Returns the first character of a body that is no space, and the whole body. */
async function beganOf(
  body: ReadableStream<Uint8Array>,
): Promise<{ first: string; bytes: ReadableStream<Uint8Array> }> {
  const reader = body.getReader();
  const read: Uint8Array[] = [];
  let first = '';
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    read.push(next.value);
    first = new TextDecoder().decode(next.value).trimStart().charAt(0);
    if (first !== '') break;
  }
  const bytes = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const chunk = read.shift();
      if (chunk !== undefined) return controller.enqueue(chunk);
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: async (reason) => await reader.cancel(reason),
  });
  return { first, bytes };
}

/** Some servers send their streams and their JSON under each other's type, or under none that says something. */
function isStream(first: string, type: string): boolean {
  if (first === '{' || first === '[' || first === '<') return false;
  return /^text\/event-stream\b/i.test(type) || FIELDS.has(first);
}

/** The first characters of the lines of an event stream: `data`, `event`, `id`, `retry` and comments. */
const FIELDS = new Set(['d', 'e', 'i', 'r', ':']);

/** A JSON value comes from a server that is not that of a model; anything else may be the page of a network, which goes away. */
function noAnswer(body: string, { url }: ModelSpec): Pick<ModelEnd, 'outcome' | 'message'> {
  const isServer = [body, body.split('\n', 1)[0] ?? ''].some((text) => jsonFields(text) !== null);
  return {
    outcome: isServer ? 'invalid_request' : 'network',
    message: `What came from ${url} is not an answer of the API: ${body.trim() === '' ? 'nothing.' : beginningOf(body, 200)}${isServer ? ' See model_url.' : ''}`,
  };
}

/** Errors of fetch before any request; a retry would not help. */
const NEVER = /\bbad port\b|unknown scheme|Invalid URL|includes credentials/i;
/** The statuses of addresses that have moved for good. */
const MOVED = new Set([301, 308]);

/** A redirect to another host may be the login page of a network, which goes away; any other one stays. */
function redirected(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  { url }: Pick<ModelSpec, 'url'>,
): Pick<ModelEnd, 'outcome' | 'message'> {
  const to = URL.parse(headers.get('location') ?? '', url);
  const isAddress = headers.has('location') && /^https?:$/.test(to?.protocol ?? '');
  const shown =
    to === null || !isAddress ? 'nowhere' : `to ${beginningOf(`${to.origin}${to.pathname}`, REPORTED_UNITS)}`;
  const stays = !isAddress || MOVED.has(status) || to?.hostname === new URL(url).hostname;
  const advice = stays
    ? ' A redirect is not followed: name the address of the model itself in model_url.'
    : ' A redirect is not followed; a network before its login answers so.';
  return {
    outcome: stays ? 'invalid_request' : 'network',
    message: `The model at ${url} redirects ${shown} (status ${String(status)}).${advice}`,
  };
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
  const { failure } = parts;
  if (failure !== null) return end(failure.outcome, failure.message);
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

/** Returns the bytes of a body. They end with TooLarge after `mostBytes`. */
function bounded(body: Response['body'], mostBytes: number): ReadableStream<Uint8Array> {
  let bytes = 0;
  return (body ?? new Blob([]).stream()).pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        bytes += chunk.length;
        if (bytes > mostBytes) controller.error(new TooLarge());
        else controller.enqueue(chunk);
      },
    }),
  );
}

/** Returns the start of a body; the rest is not read. */
async function beginningOfBody(response: Response, { mostBytes }: ModelSpec): Promise<string> {
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
  const { message, cause } = error;
  return cause instanceof Error && cause.message !== '' ? `${message} (${cause.message.trim()})` : message;
}
