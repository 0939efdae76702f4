import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type ClientRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Spending, type Budget } from './budget.ts';
import type { ModelServer } from './model-server.ts';
import { allowedTarget, passedHeaders, refuse, tokenOf } from './requests.ts';
import { Answers, type Seen } from './seen.ts';

/** The largest body of a request that the model's API accepts, in bytes. Source: its page on errors. */
const MOST_BYTES = 32 * 1024 * 1024;
/** The most requests of one pass at a time: an agent and its sub-agents make fewer. */
const MOST_REQUESTS = 32;
/** The most connections at a time; where there are more, one is ended that carries no request with a pass. */
const MOST_CONNECTIONS = 512;
/** The longest name of a model in a message, in UTF-16 units. */
const MOST_NAME = 200;
/** How long a connection may take to send the headers of a request, also its first. Milliseconds. */
const HEADERS_MS = 10_000;

export interface ModelRelayOptions {
  model: ModelServer;
  /** The absolute path of the unix socket at which it listens; null: any free loopback port. */
  socket?: string | null;
}

/** A pass of one client, sent in place of the credential. It is not valid elsewhere or later. */
export interface Pass {
  readonly token: string;
  /** The answers of the model's server to its requests, without those that the relay refuses itself. */
  readonly seen: Seen;
  /** Ends its requests, and refuses any further one. Calling it again does nothing. */
  revoke(): void;
}

/** The facts about a pass. */
interface Granted {
  seen: Answers;
  running: Set<AbortController>;
  /** How many requests may still come. */
  left: number;
  most: number;
  /** Null: what they cost is not counted. */
  spending: Spending | null;
}

/**
 * Passes requests on to the model's API with the credential, which the clients do not have. A client proves by a pass that
 * it may use it. Only requests for the model itself are passed on, with bounds of number and size.
 */
export class ModelRelay {
  /** The base address for clients; null: it listens on a unix socket. */
  readonly url: string | null;
  readonly #server: Server;
  readonly #model: ModelServer;
  /** By the hash of their tokens. */
  readonly #passes = new Map<string, Granted>();
  #connections = 0;
  /** The connections that carry no request with a pass, the oldest first. */
  readonly #idle = new Set<Socket>();

  /** Opens a relay. Rejects if it cannot listen there. */
  static async open({ model, socket = null }: ModelRelayOptions): Promise<ModelRelay> {
    const server = createServer({ headersTimeout: HEADERS_MS, connectionsCheckingInterval: HEADERS_MS / 2 });
    if (socket === null) server.listen(0, '127.0.0.1');
    else server.listen(socket);
    await once(server, 'listening');
    return new ModelRelay(server, model);
  }

  private constructor(server: Server, model: ModelServer) {
    this.#server = server;
    this.#model = model;
    const address = server.address();
    this.url =
      address !== null && typeof address === 'object'
        ? `http://127.0.0.1:${String((address satisfies AddressInfo).port)}`
        : null;
    server.on('connection', (socket: Socket) => this.#admit(socket));
    server.on('request', (request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /**
   * Returns a new pass. `most`: how many requests it lets through; default: any number. `budget`: what they may cost; default:
   * anything. Requests that are under way when it is used up are answered to their end. `onAnswered`: called once the model's
   * server has answered one.
   */
  grant({
    most = Infinity,
    budget,
    onAnswered,
  }: {
    most?: number | undefined;
    budget?: Budget | undefined;
    onAnswered?: (() => void) | undefined;
  } = {}): Pass {
    const token = randomBytes(32).toString('base64url');
    const name = nameOf(token);
    const spending = budget === undefined ? null : new Spending(budget);
    const seen = new Answers(onAnswered);
    this.#passes.set(name, { running: new Set(), left: most, most, spending, seen });
    return {
      token,
      seen,
      revoke: () => {
        for (const request of this.#passes.get(name)?.running ?? []) request.abort();
        this.#passes.delete(name);
      },
    };
  }

  /** Ends all requests, and listens no more. */
  async close(): Promise<void> {
    this.#passes.clear();
    this.#server.closeAllConnections();
    if (this.#server.listening) {
      this.#server.close();
      await once(this.#server, 'close');
    }
  }

  /** Connections that carry nothing never keep out a further one. */
  #admit(socket: Socket): void {
    this.#connections += 1;
    this.#idle.add(socket);
    socket.once('close', () => {
      this.#connections -= 1;
      this.#idle.delete(socket);
    });
    const [oldest] = this.#idle;
    if (this.#connections > MOST_CONNECTIONS) oldest?.destroy();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const granted = this.#passes.get(nameOf(tokenOf(request.headers)));
    if (!granted)
      return refuse(response, 401, 'authentication_error', 'This pass is not valid, or not any more.');
    const target = allowedTarget(request, this.#model.access.paths);
    if (target === null)
      return refuse(response, 403, 'permission_error', 'Only requests for the model are passed on.');
    if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES)
      return refuse(response, 413, 'request_too_large', 'The request is too large.');
    const { running, most } = granted;
    if (running.size >= MOST_REQUESTS)
      return refuse(response, 429, 'rate_limit_error', 'Too many requests of one task at a time.');
    // Neither a limit of the account nor a rejected credential: a client that requests more must end.
    if (granted.left <= 0) return refuse(response, 400, 'invalid_request_error', allUsed(most));
    const { spending, seen } = granted;
    if (spending?.isOver === true) return refuse(response, 400, 'invalid_request_error', usedUp(spending));
    granted.left -= 1;
    const ending = new AbortController();
    running.add(ending);
    const { socket } = request;
    this.#idle.delete(socket);
    response.once('close', () => ending.abort());
    try {
      await this.#pass(request, response, { target, spending, seen }, ending.signal);
    } catch {
      // A client that is gone, or whose pass was revoked, needs no answer.
      if (ending.signal.aborted) response.destroy();
      // What it did not send to the end, nobody could answer.
      else if (!request.complete) refuse(response, 413, 'request_too_large', 'The request is too large.');
      else {
        seen.cutOff();
        refuse(response, 502, 'api_error', 'The model could not be reached.');
      }
    } finally {
      running.delete(ending);
      if (!socket.destroyed) this.#idle.add(socket);
    }
  }

  async #pass(
    request: IncomingMessage,
    response: ServerResponse,
    { target, spending, seen }: { target: string } & Pick<Granted, 'spending' | 'seen'>,
    signal: AbortSignal,
  ): Promise<void> {
    // What is compressed could not be read here.
    const headers = { ...passedHeaders(request.headers), 'accept-encoding': 'identity' };
    let upstream: ClientRequest;
    try {
      upstream = this.#model.send(target, headers, signal);
    } catch {
      return refuse(response, 400, 'invalid_request_error', 'This request cannot be passed on.');
    }
    const answered = once(upstream, 'response', { signal }) as Promise<[IncomingMessage]>;
    // An answer may come before the body was read to its end, as an error does.
    const sent = pipeline(request, bounded(MOST_BYTES), upstream);
    sent.catch((error: unknown) => upstream.destroy(error as Error));
    const [answer] = await answered;
    const look = seen.take(answer);
    response.writeHead(answer.statusCode ?? 502, passedHeaders(answer.headers));
    if (spending === null) await pipeline(answer, look, response);
    else await pipeline(answer, look, spending.meter(), response);
  }
}

function usedUp({ usd, unknownModel }: Spending): string {
  const message = `The attempt has used up its budget of ${String(usd)} US dollars (max_budget_usd).`;
  if (unknownModel === null) return message;
  const name = JSON.stringify(unknownModel.slice(0, MOST_NAME));
  return `${message} The price of the model ${name} is not known here, and its answers count as those of the most expensive one; raise the budget if it costs less.`;
}

function allUsed(most: number): string {
  return `The attempt has made all ${String(most)} requests to the model that it may.`;
}

/** Tokens are found by their hash: how long that takes says nothing of a token. */
function nameOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}

function bounded(most: number): Transform {
  let left = most;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      left -= chunk.length;
      if (left < 0) done(new Error('The request is too large.'));
      else done(null, chunk);
    },
  });
}
