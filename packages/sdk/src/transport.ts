import { LINEAGE_HEADER } from '@cc-executor/contracts/lineage';
import { CcLocalError, type CcServerError } from './errors.ts';
import { withEnvironment, type Target } from './environment.ts';
import { ownKey } from './own-key.ts';
import { errorOf } from './problem.ts';
import { withSilenceLimit } from './stalling-body.ts';

export interface TransportOptions extends Target {
  /**
   * Seconds after which a call is given up while nothing comes: the beginning of its answer (default 30) or more of it
   * (default 45). Calls that follow an execution take their own `giveUpAfter`, or this, for all their tries together.
   */
  giveUpAfter?: number | undefined;
  /** In place of the global one. */
  fetch?: typeof fetch;
}

export interface Call {
  method?: 'GET' | 'POST' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** Statuses of error whose body is an answer all the same. */
  alsoAnswers?: readonly number[];
  /** Seconds; default: the client's. */
  giveUpAfter?: number | undefined;
  /** How long the body may be silent at least, in seconds, whatever `giveUpAfter` says. */
  leastSilence?: number;
}

/** A call whose answer has not begun after this time is given up. Seconds. */
const ANSWER_SECONDS = 30;
/** So is one whose body gives nothing for this time. The server says every 15 s that it lives, where it has nothing to tell. */
const SILENCE_SECONDS = 45;

/** Makes calls to one server; knows how errors look, and nothing about executions. */
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
    // An address that was given may be anybody's.
    const apiKey = told ?? (url === undefined ? ownKey(this.url) : undefined);
    this.lineage = lineage;
    this.giveUpAfter = giveUpAfter;
    this.#headers = {
      ...(apiKey === undefined || apiKey === '' ? {} : { authorization: bearer(apiKey) }),
      ...(lineage.length === 0 ? {} : { [LINEAGE_HEADER]: lineage.join(',') }),
    };
    // Browsers want their own object as `this`.
    this.#fetch = given ?? ((input, init) => globalThis.fetch(input, init));
  }

  /** The answer, when its status is one of success. Throws a CcServerError, a CcLocalError or the abort's reason. */
  async send(
    path: string,
    {
      method = 'GET',
      body,
      headers,
      signal,
      alsoAnswers,
      leastSilence = 0,
      giveUpAfter = this.giveUpAfter ?? Infinity,
    }: Call = {},
  ): Promise<Response> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const seconds = Math.min(ANSWER_SECONDS, giveUpAfter);
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

  /** The answer as JSON. */
  async json<T>(path: string, call: Call = {}): Promise<T> {
    const text = await this.text(path, call);
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new CcLocalError('BAD_ANSWER', `${this.url.origin} answered something that is not JSON.`);
    }
  }

  /** The answer as it is. */
  async text(path: string, call: Call = {}): Promise<string> {
    const response = await this.send(path, call);
    return await response.text().catch((error: unknown) => {
      throw this.failure(error, call.signal);
    });
  }

  /** What to throw for what was thrown: the caller's abort as it is, a broken connection as UNREACHABLE. */
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
    // A proxy that stands before a server which is away answers in its own words.
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

/** The header's value (RFC 6750). What can't be sent is told without the key, and not as a server that is away. */
function bearer(apiKey: string): string {
  const key = apiKey.trim();
  if (/^[A-Za-z0-9._~+/=-]+$/.test(key)) return `Bearer ${key}`;
  throw new CcLocalError(
    'BAD_OPTION',
    'The apiKey has characters other than letters, digits and . _ ~ + / = -',
  );
}
