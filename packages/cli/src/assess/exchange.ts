/** One call of the API, whole: what was sent and what came back. */
export interface Exchange {
  request: { method: string; path: string; headers: Record<string, string>; body: unknown };
  response: { status: number; headers: Record<string, string>; body: string };
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Throws when the body is no JSON. */
  json: () => unknown;
}

/** A call that takes longer has failed. Milliseconds. */
const CALL_MS = 120_000;

/** Makes a call, and hands it to `keep` whole. */
export async function exchange(
  base: string,
  { method, path, headers, body }: Exchange['request'],
  keep: (exchange: Exchange) => void,
): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(base + path, {
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: text }),
    signal: AbortSignal.timeout(CALL_MS),
  });
  const received = await response.text();
  keep({
    request: { method, path, headers, body },
    response: { status: response.status, headers: Object.fromEntries(response.headers), body: received },
  });
  return {
    status: response.status,
    headers: response.headers,
    text: received,
    json: () => JSON.parse(received),
  };
}
