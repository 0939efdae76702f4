import { expect } from 'vitest';

/** Calls the API of a stack: a POST with a body, or a GET. */
export async function callApi(apiUrl: string, path: string, body?: unknown) {
  const response = await fetch(apiUrl + path, {
    ...(body !== undefined && {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Submits a list, which has to be accepted, and returns the id of its execution. */
export async function submitTo(apiUrl: string, body: unknown): Promise<string> {
  const { status, body: accepted } = await callApi(apiUrl, '/execute', body);
  expect({ status, accepted }).toMatchObject({ status: 202 });
  return String(accepted['execution_id']);
}
