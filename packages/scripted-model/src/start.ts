import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { completionEvents, fromChat, toCompletion } from './chat-completions.ts';
import { chooseReply } from './choose-reply.ts';
import { fromGemini, geminiCall, geminiEvents, toGemini, toTokenCount } from './gemini.ts';
import { countTokens } from './message.ts';
import type { ModelRequest } from './request.ts';
import { fromResponses, responseEvents, toResponse } from './responses.ts';
import type { Script } from './script.ts';
import { sendJson, sendReply, type Dialect } from './send-reply.ts';
import { sideReply } from './side-requests.ts';

/** A request to the Messages endpoint, or one to another API in its form. */
export interface RecordedRequest {
  headers: IncomingHttpHeaders;
  body: ModelRequest;
  /** True for a side request of Claude Code: a title, a quota check. The script never sees these. */
  side: boolean;
}

export interface ScriptedModel {
  /** For ANTHROPIC_BASE_URL, e.g. http://127.0.0.1:40123 */
  readonly url: string;
  /** Every request to the Messages endpoint so far, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Stops listening and drops open connections. Calling it again returns the same promise. */
  close(): Promise<void>;
}

export interface ScriptedModelOptions {
  script: Script;
  /** API keys that are rejected; default: none. */
  refusedKeys?: readonly string[];
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0: any free port. */
  port?: number;
}

/** Starts a server for the APIs of Anthropic, OpenAI and Gemini that answers by the script. Rejects if it cannot listen. */
export async function startScriptedModel(options: ScriptedModelOptions): Promise<ScriptedModel> {
  const requests: RecordedRequest[] = [];
  const server = createServer((request, response) => {
    answer(request, response, options, requests).catch((error: unknown) => {
      if (response.destroyed) return;
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { type: 'error', error: { type: 'api_error', message: String(error) } });
    });
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${host}:${String(port)}`,
    requests,
    close: () =>
      (closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      })),
  };
}

interface OtherApi {
  read: (body: unknown) => ModelRequest;
  dialect: Dialect;
}

/** The APIs beside the Messages API, by their paths. */
const OTHERS: Readonly<Record<string, OtherApi>> = {
  '/v1/chat/completions': {
    read: (body) => fromChat(body as Parameters<typeof fromChat>[0]),
    dialect: { whole: toCompletion, events: completionEvents },
  },
  '/v1/responses': {
    read: (body) => fromResponses(body as Parameters<typeof fromResponses>[0]),
    dialect: { whole: toResponse, events: responseEvents },
  },
};

function geminiApi(call: NonNullable<ReturnType<typeof geminiCall>>): OtherApi {
  return {
    read: (body) => fromGemini(body as Parameters<typeof fromGemini>[0], call),
    dialect: { whole: toGemini, events: geminiEvents },
  };
}

/** The counted content may be nested in the field of a full request. */
function countedBy(body: unknown): Parameters<typeof fromGemini>[0] {
  const { generateContentRequest: inner, ...own } = body as Record<string, unknown>;
  return { contents: [], ...own, ...(inner as object) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { script, refusedKeys = [] }: ScriptedModelOptions,
  requests: RecordedRequest[],
): Promise<void> {
  if (request.method === 'GET' && request.url?.startsWith('/v1/models') === true) {
    // A key is tried by a request for the models; rejected keys are an option.
    const key = String(request.headers['x-api-key']);
    if (!refusedKeys.includes(key)) return sendJson(response, 200, { data: [] });
    const error = { type: 'authentication_error', message: 'invalid x-api-key' };
    return sendJson(response, 401, { type: 'error', error });
  }
  // Claude Code first requests the root, to check whether the address answers.
  if (request.method !== 'POST') {
    response.writeHead(200).end();
    return;
  }
  const path = (request.url ?? '').split('?')[0] ?? '';
  const received = await text(request);
  const call = geminiCall(path);
  if (call?.method === 'countTokens')
    return sendJson(response, 200, toTokenCount(fromGemini(countedBy(JSON.parse(received)), call)));
  const other = call === null ? OTHERS[path] : geminiApi(call);
  if (other) {
    const body = other.read(JSON.parse(received));
    requests.push({ headers: request.headers, body, side: false });
    return await sendReply(response, await chooseReply(script, body), body, other.dialect);
  }
  if (!path.startsWith('/v1/messages')) return sendJson(response, 404, { type: 'error' });
  const body = JSON.parse(received) as ModelRequest;
  if (path.endsWith('/count_tokens')) return sendJson(response, 200, { input_tokens: countTokens(body) });
  const side = sideReply(body);
  requests.push({ headers: request.headers, body, side: side !== null });
  await sendReply(response, side ?? (await chooseReply(script, body)), body);
}
