import { Agent as HttpAgent, request as askHttp, STATUS_CODES } from 'node:http';
import { Agent as HttpsAgent, request as askHttps } from 'node:https';
import type { ServerCheck } from '@cc-executor/contracts';

export interface AskOptions {
  /** The environment whose proxies are used. */
  env: Readonly<Record<string, string>>;
  /** How long name, connection, TLS and the first line of the answer may take together, in milliseconds. */
  patienceMs: number;
  signal: AbortSignal;
}

type Seen = Pick<ServerCheck, 'status' | 'message'>;

/** Statuses by which a gateway or a proxy reports that it does not reach what is behind it. */
const BEHIND: ReadonlySet<number> = new Set([407, 502, 503, 504]);
const NOT_TRIED = 'Neither a credential nor a model was tried.';
const CURE = 'Check the address, the network and the proxy of the worker.';

/**
 * Asks a server for its base address, as `GET` without a credential, and reads the status only. Redirects are not
 * followed. Never rejects.
 */
export async function askServer(url: URL, { env, patienceMs, signal }: AskOptions): Promise<Seen> {
  const late = AbortSignal.timeout(patienceMs);
  try {
    return judge(await statusOf(url, env, AbortSignal.any([late, signal])));
  } catch (error) {
    const why = late.aborted ? `there was no answer within ${String(patienceMs / 1000)} s` : reasonOf(error);
    return { status: 'unreachable', message: `It cannot be reached: ${why}. ${CURE}` };
  }
}

async function statusOf(
  url: URL,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number> {
  const proxyEnv = { ...env };
  const isTls = url.protocol === 'https:';
  const agent = isTls ? new HttpsAgent({ proxyEnv }) : new HttpAgent({ proxyEnv });
  const target = new URL(url);
  // It would be sent as a credential.
  target.username = target.password = '';
  try {
    return await new Promise((resolve, reject) => {
      const ask = isTls ? askHttps : askHttp;
      const request = ask(target, { agent, signal, headers: { accept: '*/*' } }, (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      request.on('error', reject).end();
    });
  } finally {
    agent.destroy();
  }
}

function judge(status: number): Seen {
  const named = `${String(status)} ${STATUS_CODES[status] ?? ''}`.trim();
  const seen = `It, or a proxy before it, answered a request with HTTP ${named}.`;
  return BEHIND.has(status)
    ? { status: 'fails', message: `${seen} ${CURE}` }
    : { status: 'answers', message: `${seen} ${NOT_TRIED}` };
}

function reasonOf(error: unknown): string {
  // Several addresses were tried, and none answered.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message || error.name : String(error);
}
