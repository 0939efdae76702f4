import { LINEAGE_HEADER } from '@cc-executor/contracts/lineage';
import { CcLocalError, type CcServerError } from './errors.ts';
import { withEnvironment, type Target } from './environment.ts';
import { ownKey } from './own-key.ts';
import { errorOf } from './problem.ts';
import { withSilenceLimit } from './stalling-body.ts';

export interface TransportOptions extends Target {
  /**
   * The time without data after which a call gives up, in seconds: until the start of its response (default 30, and 300 for what
   * takes a server long, such as a restore or a verification) or between parts (default 45). Calls that follow an execution use their own `giveUpAfter`, or this, for all their tries together.
   */
  giveUpAfter?: number | undefined;
  /** Replaces the global fetch. */
  fetch?: typeof fetch;
}

export interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  /** Ends the call with its reason. */
  signal?: AbortSignal | undefined;
  /** Error statuses whose body is a normal answer. */
  alsoAnswers?: readonly number[];
  /** Seconds; default: the client's. */
  giveUpAfter?: number | undefined;
  /** True: the server may take minutes before its answer begins, as for what is read or written file by file. */
  takesLong?: boolean;
  /** The least allowed silence of the body, in seconds, whatever `giveUpAfter` says. */
  leastSilence?: number;
}

/** The deadline for the start of a response. Seconds. */
const ANSWER_SECONDS = 30;
/** The same for calls that take long: what Node's own fetch allows. Seconds. */
const LONG_ANSWER_SECONDS = 300;
/** The allowed silence of a body. The server sends a heartbeat every 15 s if it has no data. Seconds. */
const SILENCE_SECONDS = 45;

/** Sends requests to one server. Knows the format of errors, and nothing about executions. */
export class Transport {
  readonly url: URL;
  readonly lineage: readonly string[];
  /** Seconds; undefined: the defaults. */
  readonly giveUpAfter: number | undefined;
  readonly #headers: Record<string, string>;
  readonly #fetch: typeof fetch;

  constructor(options: TransportOptions) {
    const { url, apiKey: told, lineage, giveUpAfter, fetch: given } = withEnvironment(options);
    this.url = checkedUrl(String(url ?? 'http://127.0.0.1:8001'));
    // A given address may belong to anyone.
    const apiKey = told ?? (url === undefined ? ownKey(this.url) : undefined);
    this.lineage = lineage;
    this.giveUpAfter = giveUpAfter;
    this.#headers = {
      ...(apiKey === undefined || apiKey === '' ? {} : { authorization: bearer(apiKey) }),
      ...(lineage.length === 0 ? {} : { [LINEAGE_HEADER]: lineage.join(',') }),
    };
    // Browsers require their own object as `this`.
    this.#fetch = given ?? ((input, init) => globalThis.fetch(input, init));
  }

  /** Returns a successful response. Throws a CcServerError, a CcLocalError or the abort's reason. */
  async send(
    path: string,
    {
      method = 'GET',
      body,
      headers,
      signal,
      alsoAnswers,
      takesLong = false,
      leastSilence = 0,
      giveUpAfter = this.giveUpAfter ?? Infinity,
    }: Call = {},
  ): Promise<Response> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const seconds = Math.min(takesLong ? LONG_ANSWER_SECONDS : ANSWER_SECONDS, giveUpAfter);
    const silence = Math.max(leastSilence, Math.min(SILENCE_SECONDS, giveUpAfter));
    const late = new AbortController();
    const timer = setTimeout(
      () => late.abort(new Error(`no answer in ${String(seconds)} s`)),
      seconds * 1000,
    );
    try {
      const answer = await this.#fetch(new URL(path, this.url), {
        method,
        headers: {
          ...this.#headers,
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(text === undefined ? {} : { body: text }),
        signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]),
      });
      const response = withSilenceLimit(answer, silence * 1000, (error) => this.failure(error, signal));
      if (response.ok || alsoAnswers?.includes(response.status) === true) return response;
      throw await this.#refusal(response);
    } catch (error) {
      throw this.failure(error, signal);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Returns the response as JSON. */
  async json<T>(path: string, call: Call = {}): Promise<T> {
    const text = await this.text(path, call);
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new CcLocalError('BAD_ANSWER', `${this.url.origin} answered something that is not JSON.`);
    }
  }

  /** Returns the response unchanged. */
  async text(path: string, call: Call = {}): Promise<string> {
    const response = await this.send(path, call);
    return await response.text().catch((error: unknown) => {
      throw this.failure(error, call.signal);
    });
  }

  /** Converts a thrown error: the caller's abort stays, a broken connection becomes UNREACHABLE. */
  failure(error: unknown, signal: AbortSignal | undefined): unknown {
    if (signal?.aborted === true) return signal.reason;
    if (error instanceof Error && /^Cc(Server|Local)Error$/.test(error.name)) return error;
    const { cause } = error as { cause?: { code?: string; message?: string } };
    const why = cause?.code ?? cause?.message ?? (error as Error).message;
    return new CcLocalError('UNREACHABLE', `${this.url.origin} can't be reached (${why}).`, { cause: error });
  }

  async #refusal(response: Response): Promise<CcServerError | CcLocalError> {
    const error = errorOf(await response.text());
    if (error !== null) return error;
    const said = `${this.url.origin} answered ${String(response.status)}`;
    // A proxy in front of an unavailable server answers in its own format.
    if ([502, 503, 504].includes(response.status))
      return new CcLocalError('UNREACHABLE', `${said}: nothing is behind it.`);
    return new CcLocalError('BAD_ANSWER', `${said}, and not in the words of a cc-executor.`);
  }
}

function checkedUrl(text: string): URL {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) {
    const url = new URL(text);
    if (url.username !== '' || url.password !== '')
      throw new CcLocalError(
        'BAD_OPTION',
        'The url has a user or a password in it; a key is given as apiKey.',
      );
    if (!url.pathname.endsWith('/')) url.pathname += '/';
    return url;
  }
  throw new CcLocalError('BAD_OPTION', `The url is "${text}"; it must be like http://127.0.0.1:8001.`);
}

/** Returns the header's value (RFC 6750). An invalid key is reported without the key, and not as an unavailable server. */
function bearer(apiKey: string): string {
  const key = apiKey.trim();
  if (/^[A-Za-z0-9._~+/=-]+$/.test(key)) return `Bearer ${key}`;
  throw new CcLocalError(
    'BAD_OPTION',
    'The apiKey has characters other than letters, digits and . _ ~ + / = -',
  );
}
