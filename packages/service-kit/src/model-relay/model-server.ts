import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type OutgoingHttpHeaders,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { ModelAccess } from './model-access.ts';

const BETA = 'anthropic-beta';

/** The model's API as all relays to it share it, with the connections to it. */
export class ModelServer {
  readonly access: ModelAccess;
  readonly #url: URL;
  readonly #agent: HttpAgent;

  /**
   * `env` has the addresses of proxies on the way to the API (HTTPS_PROXY, NO_PROXY and so on). Throws if the address of the
   * API is none.
   */
  constructor(access: ModelAccess, env: Readonly<Record<string, string | undefined>> = {}) {
    this.access = access;
    this.#url = new URL(access.url);
    const options = { keepAlive: true, proxyEnv: { ...env } };
    this.#agent = this.#url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
  }

  /** Begins a request with the credential. `target`: a path and a query. */
  send(target: string, headers: OutgoingHttpHeaders, signal: AbortSignal): ClientRequest {
    const { protocol, hostname, port, pathname } = this.#url;
    const send = protocol === 'https:' ? httpsRequest : httpRequest;
    return send({
      hostname: hostname.replace(/^\[|\]$/g, ''),
      ...(port === '' ? {} : { port }),
      path: pathname.replace(/\/$/, '') + target,
      method: 'POST',
      headers: { ...headers, ...this.#betas(headers), ...this.access.headers },
      agent: this.#agent,
      signal,
    });
  }

  /** A client that leaves out what its credential needs would make that look refused. */
  #betas({ [BETA]: sent = '' }: OutgoingHttpHeaders): OutgoingHttpHeaders {
    const { beta } = this.access;
    if (beta === undefined) return {};
    const named = [sent]
      .flat()
      .join(',')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean);
    return { [BETA]: [...new Set([...named, beta])].join(',') };
  }

  /** Ends all connections to it. */
  close(): void {
    this.#agent.destroy();
  }
}
