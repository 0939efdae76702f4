import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';

/** How many answers that failed are kept: a client repeats a request ten times. */
const MOST_FAILED = 20;
/** How much of the body of one is kept, in bytes. */
const BODY_BYTES = 16 * 1024;
/** The headers that concern limits. */
const OF_LIMITS = /^(anthropic-ratelimit-[a-z0-9-]{1,80}|retry-after)$/;
const STREAM = 'text/event-stream';
/** The name that each part of a streamed answer has. */
const PART = Buffer.from('content_block');

/** An answer to a request that is none of the model. */
export interface FailedAnswer {
  /** Its status; 0: the server was not reached, or the answer was cut off. */
  readonly status: number;
  /** The headers that concern limits, by their names in lower case. */
  readonly limits: Readonly<Record<string, string>>;
  /** The first 16 KiB of its body. */
  readonly body: string;
}

/** The answers of the model's server, which prove what its clients only say. */
export interface Seen {
  /** Whether it has begun an answer of the model. */
  readonly hasAnswered: boolean;
  /** The last answers that failed, the newest last. */
  readonly failed: readonly FailedAnswer[];
  /** The headers that concern limits, of the last answer that has any. */
  readonly limits: Readonly<Record<string, string>>;
}

/** Collects what the model's server answers to the requests of one pass. */
export class Answers implements Seen {
  readonly #onAnswered: () => void;
  readonly failed: FailedAnswer[] = [];
  hasAnswered = false;
  limits: Readonly<Record<string, string>> = {};

  constructor(onAnswered: () => void = () => undefined) {
    this.#onAnswered = onAnswered;
  }

  /** Notes that the server was not reached, or that its answer was cut off. */
  cutOff(): void {
    this.#fail({ status: 0, limits: {}, body: '' });
  }

  /** Notes an answer. Returns what passes its body on unchanged, and looks at it. */
  take({ statusCode: status = 0, headers }: IncomingMessage): Transform {
    const limits: Record<string, string> = {};
    for (const [name, value] of Object.entries(headers))
      if (OF_LIMITS.test(name) && typeof value === 'string') limits[name] = value;
    if (Object.keys(limits).length > 0) this.limits = limits;
    const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
    // A page for people is none of the model's answers, such as that of a captive portal.
    const isAnswer = status >= 200 && status < 300 && (type === STREAM || type === 'application/json');
    if (!isAnswer) return this.#keepBody(this.#fail({ status, limits, body: '' }));
    return type === STREAM ? this.#untilPart() : this.#untilEnd();
  }

  #fail<F extends FailedAnswer>(failed: F): F {
    this.failed.push(failed);
    if (this.failed.length > MOST_FAILED) this.failed.shift();
    return failed;
  }

  #keepBody(failed: { body: string }): Transform {
    const parts: Buffer[] = [];
    let bytes = 0;
    return new Transform({
      transform: (chunk: Buffer, _, done) => {
        if (bytes < BODY_BYTES) {
          parts.push(chunk.subarray(0, BODY_BYTES - bytes));
          bytes += chunk.length;
          // Before its reader can know it.
          failed.body = Buffer.concat(parts).toString();
        }
        done(null, chunk);
      },
    });
  }

  #untilEnd(): Transform {
    return new Transform({
      transform: (chunk: Buffer, _, done) => done(null, chunk),
      flush: (done) => {
        this.#answered();
        done();
      },
    });
  }

  /** A stream can begin, and then have an error and nothing of the model. */
  #untilPart(): Transform {
    let end = Buffer.alloc(0);
    let isFound = false;
    return new Transform({
      transform: (chunk: Buffer, _, done) => {
        if (!isFound) {
          const seen = Buffer.concat([end, chunk]);
          isFound = seen.includes(PART);
          end = seen.subarray(-PART.length);
          if (isFound) this.#answered();
        }
        done(null, chunk);
      },
    });
  }

  #answered(): void {
    if (this.hasAnswered) return;
    this.hasAnswered = true;
    this.#onAnswered();
  }
}
