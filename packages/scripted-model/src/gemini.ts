import { randomUUID } from 'node:crypto';
import { countTokens, toMessage } from './message.ts';
import { piecesOf } from './pieces.ts';
import type { Block, MessageReply } from './reply.ts';
import type { ContentBlock, ModelRequest } from './request.ts';

/** A part of a message of Gemini's API, as far as scripts read it. */
interface Part {
  text?: string;
  functionCall?: { name?: string; args?: unknown };
  functionResponse?: { name?: string; response?: unknown };
  [key: string]: unknown;
}

interface Content {
  role?: string;
  parts?: Part[];
}

/** The body of a request to Gemini's API, as far as scripts read it. */
interface GeminiRequest {
  contents: Content[];
  systemInstruction?: Content;
  tools?: { functionDeclarations?: { name: string }[] }[];
  [key: string]: unknown;
}

/** The request that a path of Gemini's API makes. */
interface GeminiCall {
  model: string;
  method: 'generateContent' | 'streamGenerateContent' | 'countTokens';
}

const PATH = /^\/v1(?:alpha|beta)?\/models\/([^/:]+):(generateContent|streamGenerateContent|countTokens)$/;

const FINISH: Readonly<Record<string, string>> = { max_tokens: 'MAX_TOKENS', refusal: 'SAFETY' };

/** Returns what a path of Gemini's API requests; null: it is none of its paths. */
export function geminiCall(path: string): GeminiCall | null {
  const [, model, method] = PATH.exec(path) ?? [];
  if (model === undefined) return null;
  return { model: decodeURIComponent(model), method: method as GeminiCall['method'] };
}

/** Returns a request as scripts see every request; its model and whether it streams are in the path. */
export function fromGemini(
  { contents, systemInstruction, tools, ...rest }: GeminiRequest,
  { model, method }: GeminiCall,
): ModelRequest {
  const names = (tools ?? []).flatMap(({ functionDeclarations = [] }) => functionDeclarations);
  return {
    ...rest,
    model,
    stream: method === 'streamGenerateContent',
    messages: contents.map(({ role, parts = [] }) => ({
      role: role === 'model' ? 'assistant' : 'user',
      content: parts.map(fromPart),
    })),
    ...(systemInstruction?.parts !== undefined && {
      system: systemInstruction.parts.map(({ text = '' }) => text).join('\n\n'),
    }),
    ...(names.length > 0 && { tools: names }),
  };
}

/** Returns the number of tokens of a request, as Gemini's API counts for its clients. */
export function toTokenCount(request: ModelRequest): Record<string, unknown> {
  return { totalTokens: countTokens(request) };
}

/** Returns the reply as a whole answer of Gemini's API. */
export function toGemini(reply: MessageReply, request: ModelRequest): Record<string, unknown> {
  return answerOf(reply.blocks.map(toPart), reply, request);
}

/** Returns the events with which Gemini's API streams the reply, as they are sent; only the last has a finish reason. */
export function* geminiEvents(reply: MessageReply, request: ModelRequest): Generator<string> {
  const parts = reply.blocks.flatMap((block) => {
    if (!('text' in block)) return [toPart(block)];
    return [...piecesOf(block.text, reply.chunk ?? 40)].map((text): Part => ({ text }));
  });
  for (const part of parts) yield event({ candidates: [candidate([part])], ...headOf(request) });
  yield event(answerOf([], reply, request));
}

function answerOf(parts: Part[], reply: MessageReply, request: ModelRequest): Record<string, unknown> {
  const { stop_reason, usage } = toMessage(reply, request);
  const cached = usage.cache_read_input_tokens ?? 0;
  const prompt = usage.input_tokens + cached;
  return {
    candidates: [{ ...candidate(parts), finishReason: FINISH[stop_reason] ?? 'STOP' }],
    usageMetadata: {
      promptTokenCount: prompt,
      candidatesTokenCount: usage.output_tokens,
      cachedContentTokenCount: cached,
      totalTokenCount: prompt + usage.output_tokens,
    },
    ...headOf(request),
  };
}

function candidate(parts: Part[]): Record<string, unknown> {
  return { index: 0, content: { role: 'model', parts } };
}

function headOf({ model }: ModelRequest) {
  return { modelVersion: model, responseId: randomUUID() };
}

function toPart(block: Block): Part {
  if ('text' in block) return { text: block.text };
  if ('tool' in block) return { functionCall: { name: block.tool, args: block.input } };
  return { text: 'thinking' in block ? block.thinking : '', thought: true };
}

function fromPart(part: Part): ContentBlock {
  const { text, functionCall, functionResponse } = part;
  if (functionCall) return { type: 'tool_use', name: functionCall.name, input: functionCall.args };
  if (functionResponse)
    return { type: 'tool_result', name: functionResponse.name, content: functionResponse.response };
  return text === undefined ? { ...part, type: 'part' } : { type: 'text', text };
}

function event(value: object): string {
  return `data: ${JSON.stringify(value)}\r\n\r\n`;
}
