/** One complete call of the API: the request and the response. */
export interface Exchange {
  request: { method: string; path: string; headers: Record<string, string>; body: unknown };
  response: { status: number; headers: Record<string, string>; body: string };
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Throws if the body is not JSON. */
  json: () => unknown;
}

/** The timeout of a call. Milliseconds. */
const CALL_MS = 120_000;

/** Makes a call, and passes the complete exchange to `keep`. */
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
