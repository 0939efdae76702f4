import {
  deserializeMessage,
  serializeMessage,
  type JSONRPCMessage,
  type Transport,
} from '@modelcontextprotocol/client';
import { setImmediate as turn } from 'node:timers/promises';
import type { Pause } from '../../agent.ts';
import { Drain } from '../../launch/drain.ts';
import { fieldsOf, wordsOf } from '../../lines/foreign.ts';
import { Lines } from '../../lines/lines.ts';
import type { Peer } from '../../turns/peer.ts';
import { NO_ANSWER } from './no-answer.ts';
import { TooLargeError } from './too-large.ts';

const INTERNAL_ERROR = -32_603;
/** How long a server has to end by itself when nobody talks to it any more, in milliseconds. */
const CLOSE_MS = 2000;

/** The connection to a server over its input and output, wherever it runs: one JSON message a line. */
export class PeerTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #open: () => Peer | Promise<Peer>;
  readonly #name: string;
  readonly #mostBytes: number;
  #peer: Peer | undefined;
  readonly #lines: Lines;
  #isRefused = false;
  #isClosed = false;

  /** `open` starts the server. `name`: of its program, for people. `mostBytes`: the largest message of it. */
  constructor(open: () => Peer | Promise<Peer>, name: string, mostBytes: number) {
    this.#open = open;
    this.#name = name;
    this.#mostBytes = mostBytes;
    this.#lines = new Lines((line) => {
      this.#take(line);
      return undefined;
    }, mostBytes);
  }

  async start(): Promise<void> {
    const peer = await this.#open();
    this.#peer = peer;
    let refusal: Error | undefined;
    // A broken pipe is an end of the server, which is reported by itself.
    peer.stdin.on('error', () => undefined);
    const output = new Drain(peer.stdout, (chunk) => this.#read(chunk));
    peer.ended
      .then(async ({ how, isNotStarted }) => {
        if (isNotStarted) refusal = new Error(`${this.#name} could not be started: ${how}`);
        await output.finish();
        // What it wrote last may have no line break.
        await this.#read(Buffer.from('\n'));
        this.#leave();
      })
      .catch((error: Error) => this.onerror?.(error));
    // What the system refuses is known at once.
    await turn();
    if (refusal !== undefined) throw refusal;
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#peer?.stdin;
    // The end of the server is reported by itself.
    if (stdin?.writable !== true || stdin.write(serializeMessage(message))) return;
    await new Promise((resolve) => {
      stdin.once('drain', resolve).once('close', resolve);
    });
  }

  async close(): Promise<void> {
    const peer = this.#peer;
    peer?.stdin.end();
    const timer = setTimeout(() => peer?.kill(), CLOSE_MS);
    await peer?.ended;
    clearTimeout(timer);
    this.#leave();
  }

  #leave(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onclose?.();
  }

  #read(chunk: Buffer): Pause {
    if (this.#isClosed || this.#isRefused) return undefined;
    try {
      return this.#lines.write(chunk);
    } catch {
      this.#refuse();
      return undefined;
    }
  }

  #refuse(): void {
    this.#isRefused = true;
    this.onerror?.(new TooLargeError());
    this.#peer?.kill();
  }

  #take(line: string): void {
    if (this.#isRefused || line.trim() === '') return;
    if (Buffer.byteLength(line) > this.#mostBytes) return this.#refuse();
    try {
      this.onmessage?.(messageIn(line));
    } catch (error) {
      // A line that is no message.
      this.onerror?.(error as Error);
    }
  }
}

/** Returns the message in a line. An answer without a result, or with an error of another form, is an error: a call waits for it. */
function messageIn(line: string): JSONRPCMessage {
  try {
    return deserializeMessage(line);
  } catch (error) {
    const { id, method, result, error: reported } = fieldsOf(JSON.parse(line));
    if ((typeof id !== 'number' && typeof id !== 'string') || method !== undefined) throw error;
    if (reported === undefined || reported === null)
      return typeof result === 'object' && result !== null && !Array.isArray(result)
        ? deserializeMessage(JSON.stringify({ jsonrpc: '2.0', id, result }))
        : faultOf(id, NO_ANSWER, `its answer has no result: ${wordsOf(result)}`);
    const { message } = fieldsOf(reported);
    return faultOf(id, INTERNAL_ERROR, wordsOf(typeof message === 'string' ? message : reported));
  }
}

function faultOf(id: string | number, code: number, message: string): JSONRPCMessage {
  return { jsonrpc: '2.0', id, error: { code, message } };
}
