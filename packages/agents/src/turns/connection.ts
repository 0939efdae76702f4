import type { Pause } from '../agent.ts';
import { Drain } from '../launch/drain.ts';
import type { Peer } from './peer.ts';
import { fieldsOf, wordsOf } from '../lines/foreign.ts';
import { Lines } from '../lines/lines.ts';

const INTERNAL_ERROR = -32_603;

/** An error that the agent answered a request with. */
export class RequestRefused extends Error {
  readonly code: number;
  /** More about it, in a form of the agent's own. */
  readonly data: unknown;

  constructor(message: string, code: number, data: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}
/** The error response to a request of the agent. */
export class RequestFault extends Error {
  readonly code: number;

  constructor(message: string, code = INTERNAL_ERROR) {
    super(message);
    this.code = code;
  }
}

/** The agent ended, could not be started, or was ended since what it wrote cannot be read. */
export class ConnectionLost extends Error {
  readonly why: 'ended' | 'not_started' | 'unreadable';

  constructor(message: string, why: ConnectionLost['why']) {
    super(message);
    this.why = why;
  }
}

export interface ConnectionOptions {
  /** The agent, which was started. */
  peer: Peer;
  /** Whether messages name the version of JSON-RPC. */
  isVersioned?: boolean;
  onNotification: (method: string, params: Readonly<Record<string, unknown>>) => void;
  /** Returns the answer to a request of the agent; undefined: it is refused. What it throws is answered as an error. */
  onRequest: (
    method: string,
    params: Readonly<Record<string, unknown>>,
  ) => object | undefined | Promise<object | undefined>;
  /** Called with a line that is no message. */
  onGarbage: (line: string) => void;
  /** Returns what has to be waited for before more is read. */
  drained: () => Pause;
}

interface Waiting {
  resolve: (result: Readonly<Record<string, unknown>>) => void;
  reject: (error: Error) => void;
}

const METHOD_NOT_FOUND = -32_601;
/** How much may be written that an agent has not read, in bytes: then nothing more is read of it. */
const MOST_UNREAD = 4 * 1024 * 1024;

/** An agent as a server over stdio: one JSON message a line, requests in both directions. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #lost: ConnectionLost | undefined;
  readonly #output: Drain;
  /** Resolves when the agent has ended; never rejects. */
  readonly ended: Promise<ConnectionLost>;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    const { stdout, stdin, ended } = options.peer;
    const lines = new Lines((line) => {
      this.#take(line);
      return undefined;
    });
    this.#output = new Drain(stdout, (chunk) => this.#read(lines, chunk));
    // A broken pipe is an end of the agent, which is reported by itself.
    stdin.on('error', () => undefined);
    this.ended = ended.then(async ({ how, isNotStarted }) => {
      // What it wrote last may have no line break.
      await this.#read(lines, Buffer.from('\n'));
      return this.#lose(how, isNotStarted ? 'not_started' : 'ended');
    });
  }

  /** Sends a request and returns its result. Rejects with RequestRefused or ConnectionLost. */
  async call(method: string, params: unknown): Promise<Readonly<Record<string, unknown>>> {
    if (this.#lost) throw this.#lost;
    const id = ++this.#asked;
    return await new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  notify(method: string, params?: unknown): void {
    this.#send({ method, params });
  }

  /** Asks the agent to end, and ends it after `ms` milliseconds. */
  async close(ms: number): Promise<void> {
    this.#options.peer.stdin.end();
    const timer = setTimeout(() => this.#options.peer.kill(), ms);
    await this.ended;
    clearTimeout(timer);
    await this.#output.finish();
  }

  /** Reads what the agent has written. A line that cannot be read ends the agent, and not this process. */
  #read(lines: Lines, chunk: Buffer): Pause {
    if (this.#lost) return undefined;
    try {
      return lines.write(chunk) ?? this.#options.drained() ?? this.#isRead();
    } catch (error) {
      this.#lose((error as Error).message, 'unreadable');
      this.#options.peer.kill();
      return undefined;
    }
  }

  /** Resolves when the agent has read most of what was sent; undefined: it has. */
  #isRead(): Pause {
    const { stdin } = this.#options.peer;
    if (stdin.writableLength <= MOST_UNREAD || stdin.destroyed) return undefined;
    return new Promise((resolve) => {
      stdin.once('drain', resolve).once('close', resolve);
    });
  }

  #send(message: object): void {
    const whole = this.#options.isVersioned === true ? { jsonrpc: '2.0', ...message } : message;
    this.#options.peer.stdin.write(`${JSON.stringify(whole)}\n`);
  }

  #take(line: string): void {
    const message = messageIn(line);
    if (message === null) {
      if (line.trim() !== '') this.#options.onGarbage(line);
      return;
    }
    const { id, method, params, result, error } = message;
    if (typeof method === 'string') {
      if (id === undefined) return this.#options.onNotification(method, fieldsOf(params));
      this.#answer(id, method, fieldsOf(params)).catch(() => undefined);
      return;
    }
    // Some agents return an id as a text.
    const asked = typeof id === 'number' || typeof id === 'string' ? Number(id) : NaN;
    const waiting = this.#waiting.get(asked);
    this.#waiting.delete(asked);
    if (error === undefined || error === null) waiting?.resolve(fieldsOf(result));
    else waiting?.reject(refusalOf(error));
  }

  async #answer(id: unknown, method: string, params: Readonly<Record<string, unknown>>): Promise<void> {
    try {
      const answer = await this.#options.onRequest(method, params);
      const refusal = { code: METHOD_NOT_FOUND, message: 'Nobody is there to answer.' };
      this.#send(answer === undefined ? { id, error: refusal } : { id, result: answer });
    } catch (error) {
      const fault = error instanceof RequestFault ? error : new RequestFault((error as Error).message);
      this.#send({ id, error: { code: fault.code, message: fault.message } });
    }
  }

  #lose(how: string, why: ConnectionLost['why']): ConnectionLost {
    this.#lost ??= new ConnectionLost(how, why);
    for (const { reject } of this.#waiting.values()) reject(this.#lost);
    this.#waiting.clear();
    return this.#lost;
  }
}

/** The most of the words of an error that is kept, in UTF-16 units. */
const REFUSAL_UNITS = 4000;

function refusalOf(error: unknown): RequestRefused {
  const { code, message, data } = fieldsOf(error);
  return new RequestRefused(
    wordsOf(typeof message === 'string' ? message : error, REFUSAL_UNITS),
    typeof code === 'number' ? code : NaN,
    data,
  );
}

/** Returns the message in a line; null: it has none. */
function messageIn(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? fieldsOf(value) : null;
  } catch {
    return null;
  }
}
