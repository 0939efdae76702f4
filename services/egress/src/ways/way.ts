import type { HostPattern } from '@cc-executor/contracts';
import { PROXY_SOCKET } from '@cc-executor/sandbox/protocol';
import { endToEndHeaders, type Logger } from '@cc-executor/service-kit';
import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import {
  createServer,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { connect, Socket, type LookupFunction } from 'node:net';
import { join } from 'node:path';
import { Transform, type Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Found, Hosts, Target } from '../hosts/hosts.ts';
import type { Address, Lookups } from '../hosts/lookups.ts';
import { connectByProxy } from './by-proxy.ts';
import { connectTarget, plainTarget } from './target.ts';

/** How many connections an attempt may have at a time. Package managers open some dozens. */
const MOST_CONNECTIONS = 256;
/** How long a host may take to accept a connection. Milliseconds. */
const CONNECT_MS = 15_000;
/** How long a connection may carry nothing. Milliseconds. */
const IDLE_MS = 10 * 60_000;
/** How many different refusals are reported. */
const MOST_BLOCKED = 50;

const TOO_MANY = `The task has ${String(MOST_CONNECTIONS)} connections, and may have no more at a time.`;
const NO_TARGET: Target = { name: '', port: 0 };

/** How much it carries between two reports of that, in bytes. */
const REPORT_BYTES = 256 * 1024;

/** Receives what happens to a way. */
export interface WayListener {
  /** Called once for each different refusal. */
  blocked: (why: string) => void;
  /** Called now and then with what it has carried so far, in bytes of both directions. */
  carried: (bytes: number) => void;
}

/** Why a host is not reached. */
type Refused = Exclude<Found, { addresses: unknown }>;

export interface WayOptions {
  /** The path of its socket. */
  folder: string;
  patterns: readonly HostPattern[];
  hosts: Hosts;
  /** By which it reaches all but private hosts; null: it connects to them itself. */
  proxy: URL | null;
  /** How much it may carry, in bytes of both directions. */
  bytes: number;
  /** The bytes transferred before. A reopened way continues from them. */
  carried: number;
  news: WayListener;
  onClosed: () => void;
  logger: Logger;
}

/** The way of one attempt to other hosts: an HTTP proxy on its own socket. */
export class Way {
  readonly #options: WayOptions;
  readonly #server = createServer({ keepAliveTimeout: 5000 });
  readonly #sockets = new Set<Duplex>();
  readonly #blocked = new Set<string>();
  readonly #lookups: Lookups;
  #carried: number;
  #reported = 0;
  #stopped: Promise<void> | undefined;

  constructor(options: WayOptions) {
    this.#options = options;
    this.#carried = options.carried;
    this.#lookups = options.hosts.lookups();
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.on('drop', () => {
      this.#block(NO_TARGET, TOO_MANY);
    });
    // Such as one connection that could not be accepted. What fails while it begins to listen is thrown there too.
    this.#server.on('error', (err) => options.logger.warn({ err }, 'a way has failed'));
    this.#server.on('connection', (socket) => this.#follow(socket));
    this.#server.on('connect', (request, socket, head) => {
      this.#tunnel(request, socket, head).catch(() => socket.destroy());
    });
    this.#server.on('request', (request, response) => {
      this.#pass(request, response).catch(() => response.destroy());
    });
    this.#server.on('upgrade', (_request, socket) => socket.destroy());
  }

  /** Makes its folder and its socket. */
  async listen(): Promise<void> {
    const { folder } = this.#options;
    const path = join(folder, PROXY_SOCKET);
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o755);
    await rm(path, { force: true });
    this.#server.listen(path);
    await once(this.#server, 'listening');
    await chmod(path, 0o666);
  }

  /** Ends all its connections. Its folder stays, since containers may have it. */
  async stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    await this.#stopped;
  }

  /** Ends it for good. */
  async close(): Promise<void> {
    await this.stop();
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  async #stop(): Promise<void> {
    const closed = this.#server.listening ? once(this.#server, 'close') : undefined;
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    this.#options.onClosed();
  }

  async #tunnel(request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    const outside = await this.#reach(connectTarget(request.url ?? ''));
    if (!(outside instanceof Socket)) return this.#refuse(client, outside);
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) client.unshift(head);
    // Each direction ends for itself: a client may have sent all, and still read.
    await Promise.all([
      pipeline(client, this.#meter(), outside),
      pipeline(outside, this.#meter(), client),
    ]).finally(() => {
      client.destroy();
      outside.destroy();
    });
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const plain = plainTarget(request.url ?? '');
    const outside = await this.#reach(plain?.target ?? null);
    if (!(outside instanceof Socket)) return refuse(response, outside);
    if (plain === null || response.destroyed) {
      outside.destroy();
      return;
    }
    // Bodies are counted as they pass.
    if (!this.#count(bytesOfHead(request))) {
      outside.destroy();
      return refuse(response, this.#block(plain.target, this.#used()));
    }
    const options = {
      createConnection: () => outside,
      method: request.method,
      path: plain.path,
      headers: { ...endToEndHeaders(request.headers), host: plain.host },
      timeout: IDLE_MS,
    };
    let upstream: ClientRequest;
    try {
      upstream = httpRequest(options);
    } catch {
      // Its path has what no client may send.
      outside.destroy();
      return refuse(response, { missing: 'This request cannot be passed on.' });
    }
    upstream.on('timeout', () => upstream.destroy());
    response.once('close', () => upstream.destroy());
    const answered = once(upstream, 'response') as Promise<[IncomingMessage]>;
    pipeline(request, this.#meter(), upstream).catch((error: unknown) => upstream.destroy(error as Error));
    const answer = await answered.catch(() => null);
    if (answer === null) return refuse(response, noAnswer(plain.target));
    if (!this.#count(bytesOfHead(answer[0]))) {
      upstream.destroy();
      return refuse(response, this.#block(plain.target, this.#used()));
    }
    response.writeHead(answer[0].statusCode ?? 502, endToEndHeaders(answer[0].headers));
    await pipeline(answer[0], this.#meter(), response);
  }

  /** Connects to a host, if that is allowed. */
  async #reach(target: Target | null): Promise<Socket | Refused> {
    if (target === null) return { missing: 'This proxy takes the name and the port of a host.' };
    if (this.#carried >= this.#options.bytes) return this.#block(target, this.#used());
    const { hosts, patterns } = this.#options;
    const found = await hosts.find(patterns, target, this.#lookups);
    if ('blocked' in found) return this.#block(target, found.blocked);
    if ('missing' in found) return found;
    // One connection can bring many requests at a time.
    if (this.#sockets.size >= 2 * MOST_CONNECTIONS) return this.#block(target, TOO_MANY);
    return (await this.#connect(target, found)) ?? noAnswer(target);
  }

  #used(): string {
    return `The task has sent and received all that it may, ${String(this.#options.bytes)} bytes (CC_EXECUTOR_SANDBOX_TRAFFIC).`;
  }

  #block(target: Target, blocked: string): Refused {
    if (!this.#blocked.has(blocked) && this.#blocked.size < MOST_BLOCKED) {
      this.#blocked.add(blocked);
      this.#options.logger.info({ host: target.name, port: target.port }, 'a host is not reached');
      this.#options.news.blocked(blocked);
    }
    return { blocked };
  }

  /** Connects to a checked address, in the order of the resolver, or by the proxy; null: none accepts. */
  async #connect(
    target: Target,
    { addresses, byProxy }: Extract<Found, { addresses: unknown }>,
  ): Promise<Socket | null> {
    const signal = AbortSignal.timeout(CONNECT_MS);
    const { proxy } = this.#options;
    if (byProxy && proxy !== null) {
      const tunnel = await connectByProxy(proxy, target, signal).catch((err: unknown) => {
        this.#options.logger.info({ err, host: target.name }, 'the proxy does not lead there');
        return null;
      });
      if (tunnel !== null) this.#follow(tunnel);
      return tunnel;
    }
    const outside = connect({
      host: target.name.replace(/^\[(.*)\]$/, '$1'),
      port: target.port,
      lookup: lookupOf(addresses),
      autoSelectFamily: true,
      allowHalfOpen: true,
    });
    this.#follow(outside);
    try {
      await once(outside, 'connect', { signal });
      return outside;
    } catch {
      outside.destroy();
      return null;
    }
  }

  #follow(socket: Duplex & { setTimeout?: Socket['setTimeout'] }): void {
    if (this.#sockets.has(socket)) return;
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.setTimeout?.(IDLE_MS, () => socket.destroy());
    if (this.#stopped) socket.destroy();
  }

  #refuse(client: Duplex, refused: Refused): void {
    const [status, text] = statusOf(refused);
    // Many clients show the words of the status alone.
    const words = status === 403 ? 'Not among the hosts of network' : 'Bad gateway';
    client.end(
      `HTTP/1.1 ${String(status)} ${words}\r\ncontent-type: text/plain\r\ncontent-length: ${String(Buffer.byteLength(text) + 1)}\r\nconnection: close\r\n\r\n${text}\n`,
    );
  }

  /** Counts what is carried, and ends it when all is used up. */
  #meter(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _, done) => {
        if (this.#count(chunk.length)) return done(null, chunk);
        this.#block(NO_TARGET, this.#used());
        done(new Error('All is used up.'));
      },
    });
  }

  /** Counts bytes before they are carried; false: they are more than it may carry. */
  #count(more: number): boolean {
    const { bytes, news } = this.#options;
    this.#carried += more;
    if (this.#carried - this.#reported >= REPORT_BYTES || this.#carried >= bytes) {
      this.#reported = this.#carried;
      news.carried(this.#carried);
    }
    return this.#carried <= bytes;
  }
}

/** Returns the size of the first line and the headers of a request or an answer, or a little more, in bytes. */
function bytesOfHead({ method, url, statusMessage, rawHeaders }: IncomingMessage): number {
  // Each header has a colon, a space and the end of its line; the first line has the version.
  const line = (method ?? '').length + (url ?? '').length + (statusMessage ?? '').length + 16;
  return rawHeaders.reduce((bytes, part) => bytes + part.length + 2, line);
}

function statusOf(refused: Refused): [number, string] {
  return 'blocked' in refused ? [403, refused.blocked] : [502, refused.missing];
}

function noAnswer({ name }: Target): Refused {
  return { missing: `${name} does not answer.` };
}

function refuse(response: ServerResponse, refused: Refused): void {
  const [status, text] = statusOf(refused);
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`${text}\n`);
}

/** Answers a look-up with what was checked before. */
function lookupOf(addresses: readonly Address[]): LookupFunction {
  return (_name, options, done) => {
    const [first] = addresses;
    if (options.all === true) done(null, [...addresses]);
    else done(null, first?.address ?? '', first?.family);
  };
}
